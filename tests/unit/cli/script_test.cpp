#include "catch.hpp"
#include <cli/builtin/condition.hpp>
#include <cli/launch/options.hpp>
#include <cli/launch/places.hpp>
#include <cli/launch/settings.hpp>
#include <cli/script/line_source.hpp>

#include <cstring>

using namespace cairn::cli;

namespace {

/// All lines as NUMBER:TEXT; a refused one as NUMBER!CODE.
std::vector<std::string> lines_of(LineSource source) {
    std::vector<std::string> lines;
    while (true) {
        const auto line = source.next();
        if (!line) {
            lines.push_back(std::to_string(source.number()) + "!" + line.error().code);
        } else if (!*line) {
            return lines;
        } else {
            lines.push_back(std::to_string((*line)->number) + ":" + (*line)->text);
        }
    }
}

using Lines = std::vector<std::string>;

} // namespace

TEST_CASE("Lines come without their ends, marks and carriage returns", "[cli]") {
    CHECK(lines_of(LineSource::of_text("")).empty());
    CHECK(lines_of(LineSource::of_text("a\nb")) == Lines{"1:a", "2:b"});
    CHECK(lines_of(LineSource::of_text("\xef\xbb\xbf"
                                       "a\r\n\r\nb\r\n")) == Lines{"1:a", "2:", "3:b"});
    CHECK(lines_of(LineSource::of_text("a \\\nb \\\r\nc\nd\\")) == Lines{"1:a b c", "4:d"});
    CHECK(lines_of(LineSource::of_text("# x \\\nb")) == Lines{"1:# x \\", "2:b"});
}

TEST_CASE("Lines are the same however the bytes arrive", "[cli]") {
    const std::string text = "\xef\xbb\xbf"
                             "one\r\ntwo \\\nthree\n\nfour";
    const auto byte_by_byte =
        LineSource([text, at = std::size_t{0}](char* buffer, std::size_t) mutable -> Expected<std::size_t> {
            if (at == text.size()) return std::size_t{0};
            *buffer = text[at++];
            return std::size_t{1};
        });
    CHECK(lines_of(byte_by_byte) == lines_of(LineSource::of_text(text)));
}

TEST_CASE("A source tells whether the next line is there, and loses nothing by being asked", "[cli]") {
    const std::vector<std::string> parts = {"one\ntwo\nth", "re", "e\nfour \\\n", "and\n", "five"};
    std::size_t at = 0;
    std::size_t there = 0; // so many parts have arrived
    LineSource source(
        [&](char* buffer, std::size_t) -> Expected<std::size_t> {
            if (at == parts.size()) return std::size_t{0};
            std::copy(parts[at].begin(), parts[at].end(), buffer);
            return parts[at++].size();
        },
        [&] { return at < there; });
    const auto next = [&] {
        const auto line = source.next();
        return line && *line ? (*line)->text : std::string("-");
    };
    CHECK_FALSE(source.is_at_hand());
    there = 1;
    CHECK(source.is_at_hand());
    CHECK(source.is_at_hand());
    CHECK(next() == "one");
    CHECK(source.is_at_hand());
    CHECK(next() == "two");
    CHECK_FALSE(source.is_at_hand());
    there = 2;
    CHECK_FALSE(source.is_at_hand()); // half a line
    there = 3;
    CHECK(source.is_at_hand());
    CHECK(next() == "three");
    CHECK_FALSE(source.is_at_hand()); // of a line that goes on
    there = 4;
    CHECK(next() == "four and");
    CHECK_FALSE(source.is_at_hand());
    there = 6; // and the end
    CHECK(source.is_at_hand());
    CHECK(next() == "five");
    CHECK(source.is_at_hand());
    CHECK(next() == "-");
    CHECK(LineSource::of_text("a").is_at_hand());
}

TEST_CASE("A backslash alone does not make a line go on", "[cli]") {
    for (const auto& [text, is_there] : {std::pair("echo \"a \\\"b\\\" c\"\n", true),
                                         {"echo '\\'\r\n", true},
                                         {"echo a\\\\\n", true},
                                         {"echo a \\\n", false},
                                         {"echo a \\\r\n", false}}) {
        bool read = false;
        LineSource source(
            [&, all = std::string_view(text)](char* buffer, std::size_t) -> Expected<std::size_t> {
                read = true;
                return static_cast<std::size_t>(std::copy(all.begin(), all.end(), buffer) - buffer);
            },
            [&] { return !read; });
        INFO(text);
        CHECK(source.is_at_hand() == is_there);
    }
}

TEST_CASE("What cannot be read is told after the lines before it", "[cli]") {
    int reads = 0;
    LineSource source(
        [&](char* buffer, std::size_t) -> Expected<std::size_t> {
            if (++reads > 1) return failure(Exit::failed, "io_error", "no");
            *std::copy_n("a\nb", 3, buffer) = 0;
            return std::size_t{3};
        },
        [] { return true; });
    CHECK(source.is_at_hand());
    CHECK((*source.next())->text == "a");
    CHECK(source.is_at_hand()); // which finds that out
    CHECK(source.next().error().code == "io_error");
    CHECK_FALSE(*source.next());
}

TEST_CASE("A line without an end takes bounded memory and is refused", "[cli]") {
    std::size_t left = 64u << 20;
    auto endless = LineSource([&left](char* buffer, std::size_t size) -> Expected<std::size_t> {
        const auto count = std::min(size, left);
        std::memset(buffer, 'a', count);
        left -= count;
        return count;
    });
    const Lines lines = lines_of(std::move(endless));
    CHECK(lines == Lines{"1!line_too_long"});
    CHECK(lines_of(LineSource::of_text(std::string(LineSource::longest_line + 1, 'a') + "\nb\n")) ==
          Lines{"1!line_too_long", "2:b"});
}

TEST_CASE("A line that has no end is refused as soon as it is too long", "[cli]") {
    std::size_t given = 0;
    LineSource zeros([&given](char* buffer, std::size_t size) -> Expected<std::size_t> {
        REQUIRE(given <= 2 * LineSource::longest_line);
        std::fill_n(buffer, size, '\0');
        given += size;
        return size;
    });
    const auto line = zeros.next();
    REQUIRE_FALSE(line);
    CHECK(line.error().code == "line_too_long");
}

TEST_CASE("Conditions are read with their words apart or together", "[cli]") {
    for (const std::vector<std::string>& words :
         {std::vector<std::string>{"height", ">=", "3"}, {"height>=3"}, {"height", ">=3"}}) {
        const auto condition = parse_condition(words, "CRN");
        REQUIRE(condition);
        CHECK(to_text(*condition) == "height >= 3");
    }
    CHECK(to_text(*parse_condition({"balance:bob", "<", "12.50"}, "CRN")) == "balance:bob < 12.5");
    CHECK(to_text(*parse_condition({"synced"}, "CRN")) == "synced");
    const std::string id(64, 'a');
    CHECK(to_text(*parse_condition({"tx", id}, "CRN")) == "tx " + id + " 1");
    CHECK(parse_condition({"tx", id, "6"}, "CRN")->confirmations == 6);
}

TEST_CASE("Conditions that make no sense are refused", "[cli]") {
    for (const std::vector<std::string>& words : {std::vector<std::string>{},
                                                  {"height"},
                                                  {"height", "3"},
                                                  {"height", ">="},
                                                  {"height", ">=", "x"},
                                                  {"hieght", ">=", "3"},
                                                  {"height", "=", "3"},
                                                  {"height", ">=", "-3"},
                                                  {"height:bob", ">=", "3"},
                                                  {"balance:", ">=", "3"},
                                                  {"balance", ">=", "1e3"},
                                                  {"tx"},
                                                  {"tx", "xyz"},
                                                  {"synced", "now"},
                                                  {"height", ">=", "3", "4", "x"},
                                                  {"synced", "==", "1"},
                                                  {"synced==1"}}) {
        const auto condition = parse_condition(words, "CRN");
        INFO((words.empty() ? "" : words[0]));
        REQUIRE_FALSE(condition);
        CHECK(condition.error().exit == Exit::usage);
    }
    CHECK(parse_condition({"hieght", ">=", "3"}, "CRN").error().hint == "did you mean `height`?");
}

TEST_CASE("Numbers of any length are compared as numbers", "[cli]") {
    using Op = Condition::Op;
    CHECK(holds(Op::less, "9", "10"));
    CHECK(holds(Op::more, "340282366920938463463374607431768211456", "18446744073709551616"));
    CHECK(holds(Op::equal, "0", "0"));
    CHECK(holds(Op::at_least, "10", "10"));
    CHECK(holds(Op::at_most, "10", "10"));
    CHECK_FALSE(holds(Op::unequal, "10", "10"));
}

TEST_CASE("Settings are read, unknown ones warned of, wrong ones refused with their line", "[cli]") {
    const auto read =
        parse_settings("# mine\noutput = \"json\" # always\r\nhistory = "
                       "false\nmax_reorg=5\nfoo = 1\ncache = 16\n[alias]\nb = 'balance --all'\n",
                       "cairn.toml");
    REQUIRE(read);
    CHECK(read->settings.output == OutputMode::json);
    CHECK_FALSE(read->settings.history);
    CHECK(read->settings.max_reorg == 5);
    CHECK(read->settings.cache_mib == 16);
    CHECK(read->settings.aliases.at("b") == "balance --all");
    CHECK(read->warnings == std::vector<std::string>{"cairn.toml:5: unknown setting foo"});
    for (const char* text :
         {"output = \"xml\"", "output", "max_reorg = -1", "max_reorg = many", "history = 1",
          "output = \"json", "[alias", "mining_threads = 0", "cache = 15", "cache = 65537"}) {
        const auto wrong = parse_settings(std::string("\n") + text, "cairn.toml");
        INFO(text);
        REQUIRE_FALSE(wrong);
        CHECK(wrong.error().message.substr(0, 13) == "cairn.toml:2:");
    }
}

TEST_CASE("The launch's options are read, and end where the command begins", "[cli]") {
    const auto options = read_launch_options({"--datadir", "/x", "--json", "-c", "a", "-f", "b", "-c", "c",
                                              "-i", "--timeout", "2", "send", "bob", "-5", "--json"});
    REQUIRE(options);
    CHECK(options->datadir == "/x");
    CHECK(options->output == OutputMode::json);
    CHECK(options->timeout_ms == 2'000);
    REQUIRE(options->scripts.size() == 3);
    CHECK(options->scripts[1].is_file);
    CHECK(options->scripts[2].text == "c");
    CHECK(options->interactive);
    CHECK(options->command == std::vector<std::string>{"send", "bob", "-5", "--json"});
}

TEST_CASE("A launch that contradicts itself or is ill-formed is refused", "[cli]") {
    using Words = std::vector<std::string>;
    for (const Words& words : {Words{"--bogus"},
                               {"--datadir"},
                               {"--datadir", ""},
                               {"--datadir", "x", "--scratch"},
                               {"--profile", "../x"},
                               {"--profile", ""},
                               {"--listen", "70000"},
                               {"--listen", ":80"},
                               {"--connect", "host"},
                               {"--output", "xml"},
                               {"--color", "maybe"},
                               {"--password-fd", "x"},
                               {"--password-file", "a", "--password-fd", "3"},
                               {"--timeout", "soon"},
                               {"--cache", "15"},
                               {"--cache", "65537"},
                               {"--cache", "18446744073709551617"},
                               {"--cache", "128M"},
                               {"--daemon", "-i"}}) {
        const auto options = read_launch_options(words);
        INFO(words[0] << " " << (words.size() > 1 ? words[1] : ""));
        REQUIRE_FALSE(options);
        CHECK(options.error().exit == Exit::usage);
    }
    for (const char* fine : {"off", "auto", "4000", "127.0.0.1:4000", "[::1]:4000"})
        CHECK(read_launch_options({"--listen", fine}));
    CHECK_FALSE(read_launch_options({})->cache_mib);
    for (const std::uint32_t fine : {16U, 128U, 65'536U})
        CHECK(read_launch_options({"--cache", std::to_string(fine)})->cache_mib == fine);
    CHECK(read_launch_options({"--connect", "h:1", "--connect", "[::1]:2"})->connect.size() == 2);
}

TEST_CASE("Places follow the XDG base directories", "[cli]") {
    const auto environment = [](const char* name) -> std::optional<std::string> {
        const std::string text = name;
        if (text == "HOME") return "/home/u";
        if (text == "XDG_CONFIG_HOME") return "/etc/u";
        if (text == "XDG_STATE_HOME") return "relative/is/ignored";
        return std::nullopt;
    };
    const auto places = find_places(*read_launch_options({"--profile", "shop"}), environment);
    REQUIRE(places);
    CHECK(places->data == "/home/u/.local/share/cairn/shop");
    CHECK(places->settings == "/etc/u/cairn/cairn.toml");
    CHECK(places->history == "/home/u/.local/state/cairn/history");
    const auto homeless = find_places({}, [](const char*) { return std::nullopt; });
    REQUIRE_FALSE(homeless);
    CHECK(homeless.error().code == "no_home");
}
