#include "catch.hpp"
#include <cli/grammar/tokenizer.hpp>

using namespace cairn::cli;

namespace {

std::vector<std::string> words(std::string_view line, const Variables* variables = nullptr) {
    const auto tokens = tokenize(line, variables);
    REQUIRE(tokens);
    std::vector<std::string> texts;
    for (const auto& token : *tokens) texts.push_back(token.text);
    return texts;
}

std::string refusal(std::string_view line, const Variables* variables = nullptr) {
    const auto tokens = tokenize(line, variables);
    REQUIRE_FALSE(tokens);
    CHECK(tokens.error().exit == Exit::usage);
    return tokens.error().code;
}

using Words = std::vector<std::string>;

} // namespace

TEST_CASE("Blanks part tokens, and quotes keep them together", "[cli]") {
    CHECK(words("").empty());
    CHECK(words("  \t ").empty());
    CHECK(words("send bob  12.5") == Words{"send", "bob", "12.5"});
    CHECK(words("echo 'a  b' \"c  d\"") == Words{"echo", "a  b", "c  d"});
    CHECK(words("a'b c'\"d e\"f") == Words{"ab cd ef"});
    CHECK(words("echo '' \"\"") == Words{"echo", "", ""});
}

TEST_CASE("Backslashes mean what POSIX says, by the kind of quotes", "[cli]") {
    CHECK(words("a\\ b \\# \\\\ \\' \\\"") == Words{"a b", "#", "\\", "'", "\""});
    CHECK(words(R"('a\b' "a\b" "a\"b" "a\\b" "\$x")") == Words{R"(a\b)", R"(a\b)", R"(a"b)", R"(a\b)", "$x"});
}

TEST_CASE("A comment begins at the start of a token outside quotes alone", "[cli]") {
    CHECK(words("echo a # b") == Words{"echo", "a"});
    CHECK(words("# all of it").empty());
    CHECK(words("echo a#b '# c' \"#d\"") == Words{"echo", "a#b", "# c", "#d"});
}

TEST_CASE("An unterminated quote is refused with its position", "[cli]") {
    CHECK(refusal("echo 'abc") == "unterminated_quote");
    CHECK(refusal("echo \"abc") == "unterminated_quote");
    CHECK(refusal("echo \"abc\\\"") == "unterminated_quote");
    const auto tokens = tokenize("echo \"abc", nullptr);
    CHECK(tokens.error().message.find("column 6") != std::string::npos);
}

TEST_CASE("What is expanded never splits into several tokens", "[cli]") {
    const Variables variables = {{"_", "ab12"}, {"memo", "two words # 'x"}, {"none", ""}};
    CHECK(words("tx show $_", &variables) == Words{"tx", "show", "ab12"});
    CHECK(words("echo ${memo}", &variables) == Words{"echo", "two words # 'x"});
    CHECK(words("echo <${memo}>", &variables) == Words{"echo", "<two words # 'x>"});
    CHECK(words("echo \"${_}-$_\" '$_'", &variables) == Words{"echo", "ab12-ab12", "$_"});
    CHECK(words("echo ${none} end", &variables) == Words{"echo", "", "end"});
    CHECK(words("echo $5 a$ $x", &variables) == Words{"echo", "$5", "a$", "$x"});
    CHECK(refusal("echo ${nothing}", &variables) == "unknown_variable");
    CHECK(refusal("echo ${memo", &variables) == "unterminated_variable");
    const Variables empty;
    CHECK(refusal("tx show $_", &empty) == "unknown_variable");
}

TEST_CASE("What is not text is refused", "[cli]") {
    CHECK(refusal("echo \xff\xfe") == "not_text");
    CHECK(refusal(std::string_view("echo a\0b", 8)) == "not_text");
    CHECK(words("echo köln ✓") == Words{"echo", "köln", "✓"});
}

TEST_CASE("A backslash at the end joins the next line, except in single quotes and comments", "[cli]") {
    CHECK(continues("send bob \\"));
    CHECK(continues("send \"bob \\"));
    CHECK_FALSE(continues("send bob \\\\"));
    CHECK_FALSE(continues("# comment \\"));
    CHECK_FALSE(continues("echo 'a\\"));
    CHECK(continues("echo a#b\\"));
    CHECK_FALSE(continues(""));
}

TEST_CASE("A quoted text is read back as it was", "[cli]") {
    for (const std::string text : {"", "plain", "two words", "it's", "$_ ${x} # \\ \"", "a\tb", "ü"}) {
        const Variables none;
        CHECK(words(quote(text), &none) == Words{text});
    }
}
