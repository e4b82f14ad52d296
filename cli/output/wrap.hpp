// Lines of text for people, broken at words. Pure.
#pragma once

#include <string>
#include <string_view>

namespace cairn::cli {

/// Lines that are wider than `width` columns go on in the next one, from a blank on: below their own text,
/// which begins behind their first columns (a name and two blanks) or what they are indented by. A word that
/// fits no line stays whole. Escapes of colour take no room.
std::string wrap_at_words(std::string_view text, std::size_t width);

/// The same of a question that is agreed to by typing `must_type`: what asks for it stays in one line, with
/// room for it behind.
std::string wrap_question(std::string_view question, std::string_view must_type, std::size_t width);

} // namespace cairn::cli
