#include "unicode.h"

#include "unicode_data.inc"
