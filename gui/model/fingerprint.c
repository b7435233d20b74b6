// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/model/fingerprint.h"
#include "shared/base/text.h"
#include <string.h>

/* One word a byte: short, common, none easily heard as another. Never reorder: two people compare
 * them across versions. */
static const char *const words[256] = {
  "acorn",   "actor",    "alarm",   "album",    "alley",    "amber",   "anchor",   "ankle",
  "apple",   "apron",    "arena",   "armor",    "arrow",    "attic",   "autumn",   "badge",
  "bagel",   "baker",    "bamboo",  "banjo",    "barrel",   "basil",   "basket",   "beacon",
  "beaver",  "berry",    "bison",   "blanket",  "blossom",  "bonfire", "bottle",   "branch",
  "bridge",  "broom",    "bucket",  "bugle",    "butter",   "button",  "cabin",    "cactus",
  "camel",   "candle",   "canoe",   "canvas",   "carbon",   "carpet",  "castle",   "cedar",
  "cellar",  "chapel",   "cherry",  "chess",    "chimney",  "cider",   "cinema",   "circus",
  "clover",  "cobalt",   "coconut", "coffee",   "comet",    "copper",  "coral",    "cotton",
  "cradle",  "crater",   "cricket", "crystal",  "cuckoo",   "curtain", "daisy",    "dancer",
  "delta",   "desert",   "diamond", "dolphin",  "donkey",   "dragon",  "dune",     "eagle",
  "easel",   "echo",     "elbow",   "ember",    "emerald",  "engine",  "evening",  "fabric",
  "falcon",  "feather",  "fennel",  "ferry",    "fiddle",   "finger",  "flute",    "forest",
  "fossil",  "fountain", "freckle", "galaxy",   "garden",   "garlic",  "gazelle",  "ginger",
  "glacier", "goblet",   "grape",   "gravel",   "guitar",   "hammer",  "harbor",   "harvest",
  "hazel",   "hedgehog", "helmet",  "heron",    "hickory",  "honey",   "horizon",  "hotel",
  "husky",   "igloo",    "indigo",  "island",   "ivory",    "jacket",  "jaguar",   "jasmine",
  "jelly",   "jewel",    "jigsaw",  "jungle",   "kayak",    "kernel",  "kettle",   "kitten",
  "ladder",  "lagoon",   "lantern", "lavender", "leather",  "lemon",   "library",  "lily",
  "lizard",  "lobster",  "locket",  "lotus",    "magnet",   "mango",   "maple",    "marble",
  "meadow",  "melon",    "meteor",  "mirror",   "monkey",   "mosaic",  "mountain", "muffin",
  "museum",  "mustard",  "napkin",  "nectar",   "needle",   "nickel",  "nomad",    "nutmeg",
  "oasis",   "ocean",    "olive",   "onion",    "opera",    "orange",  "orchid",   "otter",
  "oyster",  "paddle",   "palace",  "panda",    "paper",    "parrot",  "pebble",   "pelican",
  "pepper",  "piano",    "pigeon",  "pillow",   "planet",   "plaza",   "pocket",   "pollen",
  "poppy",   "potato",   "prairie", "prism",    "puddle",   "pumpkin", "puzzle",   "quartz",
  "quiver",  "rabbit",   "radish",  "raft",     "raven",    "ribbon",  "river",    "robin",
  "rocket",  "saddle",   "saffron", "salmon",   "sandal",   "scarf",   "shadow",   "shovel",
  "silver",  "sketch",   "spider",  "spruce",   "squirrel", "statue",  "summer",   "sunset",
  "swan",    "tablet",   "tango",   "teapot",   "temple",   "thistle", "thunder",  "tiger",
  "timber",  "tomato",   "tractor", "trumpet",  "tulip",    "tunnel",  "turtle",   "umbrella",
  "valley",  "vanilla",  "velvet",  "violin",   "volcano",  "wagon",   "walnut",   "walrus",
  "wheat",   "whistle",  "willow",  "window",   "winter",   "wizard",  "zebra",    "zipper",
};

static bool
decode (const char *hex, uint8_t out[static SOTTO_KEY_LEN])
{
  return hex != NULL && strlen (hex) == SOTTO_FINGERPRINT_HEX
         && sotto_hex_decode (hex, out, SOTTO_KEY_LEN);
}

/* Rows of four, so that a place is easy to keep while reading. */
static void
append_separator (GString *text, int i)
{
  if (i > 0)
    g_string_append_c (text, i % 4 == 0 ? '\n' : ' ');
}

char *
sotto_fingerprint_to_groups (const char *hex)
{
  uint8_t bytes[SOTTO_KEY_LEN];
  GString *text;

  if (!decode (hex, bytes))
    return NULL;
  text = g_string_new (NULL);
  for (int i = 0; i < SOTTO_KEY_LEN / 2; i++)
    {
      append_separator (text, i);
      g_string_append_printf (text, "%02x%02x", bytes[2 * i], bytes[2 * i + 1]);
    }
  return g_string_free (text, FALSE);
}

char *
sotto_fingerprint_to_words (const char *hex)
{
  uint8_t bytes[SOTTO_KEY_LEN];
  GString *text;

  if (!decode (hex, bytes))
    return NULL;
  text = g_string_new (NULL);
  for (int i = 0; i < SOTTO_FINGERPRINT_WORDS; i++)
    {
      append_separator (text, i);
      g_string_append (text, words[bytes[i]]);
    }
  return g_string_free (text, FALSE);
}
