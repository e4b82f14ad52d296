// UTF-8 by RFC 3629: what may be stored, and how text from others is shown.
#pragma once

#include <string>
#include <string_view>

namespace cairn {

/// Well-formed: no overlong forms, no surrogates, nothing above U+10FFFF.
bool is_utf8(std::string_view text);

/// `text` with control characters (C0, DEL, C1), bidirectional and zero-width marks, line separators and
/// malformed bytes written as escapes: \n \t \x1b \u202e. A backslash is doubled, so the form is reversible.
std::string escape_for_display(std::string_view text);

} // namespace cairn
