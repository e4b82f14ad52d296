// Where the line being typed stands on its terminal.
#include "catch.hpp"
#include <cli/prompt/layout.hpp>

#include <string>

using namespace cairn::cli;

TEST_CASE("The end of a line is found on a terminal that wraps", "[cli][prompt]") {
    const auto at = [](std::string_view text, std::size_t columns) {
        const Spot spot = spot_after(text, columns);
        return std::pair(spot.row, spot.column);
    };
    CHECK(at("", 10) == std::pair<std::size_t, std::size_t>(0, 0));
    CHECK(at("123456789", 10) == std::pair<std::size_t, std::size_t>(0, 9));
    CHECK(at("1234567890", 10) == std::pair<std::size_t, std::size_t>(1, 0));
    CHECK(at("12345678901", 10) == std::pair<std::size_t, std::size_t>(1, 1));
    CHECK(at("12345678漢", 10) == std::pair<std::size_t, std::size_t>(1, 0));
    CHECK(at("123456789漢", 10) == std::pair<std::size_t, std::size_t>(1, 2)); // whole in the next row
    CHECK(at("e\u0301", 10) == std::pair<std::size_t, std::size_t>(0, 1));
    CHECK(at(std::string_view("\x01", 1), 10) == std::pair<std::size_t, std::size_t>(0, 2));
    CHECK(without_marks("a\x01\x1b[1m\x02"
                        "b",
                        true) == "ab");
    CHECK(without_marks("a\x01\x1b[1m\x02"
                        "b",
                        false) == "a\x1b[1mb");
}

TEST_CASE("A hint is cut to what is left of the row", "[cli][prompt]") {
    CHECK(fitted("abc", 3) == "abc");
    CHECK(fitted("abcd", 3) == "ab…");
    CHECK(fitted("漢字漢", 5) == "漢字…");
    CHECK(fitted("  abc", 2).empty()); // blanks and an ellipsis say nothing
    for (std::size_t typed = 0; typed < 60; ++typed) {
        const std::string line(typed, 'x');
        const auto shown = fitted_behind("[TO] [AMOUNT|all]", line, 20);
        const Spot end = spot_after(line, 20);
        const Spot behind = spot_after(line + shown, 20);
        INFO(typed);
        CHECK(behind.row == end.row); // never wraps
        if (end.column > 0 && end.column < 10) CHECK_FALSE(shown.empty());
    }
    CHECK(in_columns({"a", "b", "c"}, 20) == "a  b  c\n");
    CHECK(in_columns({"aaaa", "b", "cc", "d"}, 11) == "aaaa  cc\nb     d\n");
}
