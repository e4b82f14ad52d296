#include "catch.hpp"
#include <cli/output/json_text.hpp>
#include <cli/output/printer.hpp>
#include <cli/output/words.hpp>
#include <cli/output/wrap.hpp>
#include <cli/progress.hpp>

#include <boost/json/array.hpp>
#include <boost/json/string.hpp>

using namespace cairn;
using namespace cairn::cli;
namespace json = boost::json;

namespace {

std::string json_of(std::string_view text) {
    std::string out;
    append_json_string(out, text);
    return out;
}

Answer balance_answer() {
    Answer answer;
    answer.data["wallet"] = "alice";
    answer.data["confirmed"] = "12.5";
    answer.data["memo"] = "a\tb";
    return answer;
}

Answer list_answer() {
    Answer answer;
    json::array wallets;
    wallets.push_back(json::object{{"name", "alice"}, {"locked", true}});
    wallets.push_back(json::object{{"name", "b,\"ob"}, {"locked", false}});
    answer.data["wallets"] = std::move(wallets);
    return answer;
}

} // namespace

TEST_CASE("A record of success stands to the letter", "[cli]") {
    const std::string wanted = R"({"v":1,"ok":true,"seq":3,"cmd":"balance",)"
                               R"("data":{"wallet":"alice","confirmed":"12.5","memo":"a\tb"}})";
    CHECK(render(balance_answer(), {3, "balance", 0}, {OutputMode::json, false, 80}) == wanted + "\n");
}

TEST_CASE("A record of failure stands to the letter", "[cli]") {
    Failure failure{"insufficient_funds", Exit::rejected, "it takes more", "mine some", {}};
    failure.extra["needed"] = "5";
    CHECK(render_record(failure, {4, "send", 7}) ==
          R"({"v":1,"ok":false,"seq":4,"cmd":"send","line":7,)"
          R"("error":{"code":"insufficient_funds","exit":3,"message":"it takes more",)"
          R"("hint":"mine some","needed":"5"}})"
          "\n");
    CHECK(render_message(failure, {"pay.cairn", 7}, false) ==
          "pay.cairn:7: error: it takes more\n  mine some\n");
    CHECK(render_message(failure, {}, false) == "error: it takes more\n  mine some\n");
}

TEST_CASE("What would steer a terminal leaves escaped", "[cli]") {
    CHECK(json_of("a\x1b[31m\x07") == R"("a\u001b[31m\u0007")");
    CHECK(json_of("\xe2\x80\xae"
                  "evil") == R"("\u202eevil")");     // right-to-left override
    CHECK(json_of("\xe2\x81\xa6") == R"("\u2066")"); // isolate
    CHECK(json_of("\xc2\x9b") == R"("\u009b")");     // C1: CSI
    CHECK(json_of("\x7f") == R"("\u007f")");
    CHECK(json_of("köln ✓ \"\\\n") == R"("köln ✓ \"\\\n")");
    CHECK(json_of("\xff").find('\xff') == std::string::npos);
    Answer answer;
    answer.data["memo"] = "\x1b[2J\xe2\x80\xae";
    answer.view.fields({{"memo", Cell("\x1b[2J\xe2\x80\xae")}}).line(Cell("\x1b]0;x\x07"));
    for (const auto mode : {OutputMode::human, OutputMode::plain, OutputMode::json}) {
        const auto text = render(answer, {1, "x", 0}, {mode, false, 80});
        CHECK(text.find('\x1b') == std::string::npos);
        CHECK(text.find("\xe2\x80\xae") == std::string::npos);
    }
}

TEST_CASE("Plain and CSV are made of the data alone", "[cli]") {
    CHECK(render(balance_answer(), {}, {OutputMode::plain, false, 80}) ==
          "wallet\talice\nconfirmed\t12.5\nmemo\ta\\tb\n");
    CHECK(render(list_answer(), {}, {OutputMode::plain, false, 80}) == "alice\ttrue\nb,\"ob\tfalse\n");
    CHECK(render(balance_answer(), {}, {OutputMode::csv, false, 80}) ==
          "wallet,confirmed,memo\nalice,12.5,a\\tb\n"); // it may end at a terminal
    CHECK(render(list_answer(), {}, {OutputMode::csv, false, 80}) ==
          "name,locked\nalice,true\n\"b,\"\"ob\",false\n");
    Answer formula;
    formula.data["memo"] = "=1+1";
    formula.data["amount"] = "-5.5";
    CHECK(render(formula, {}, {OutputMode::csv, false, 80}) == "memo,amount\n'=1+1,-5.5\n");
    Answer nothing;
    nothing.data["wallets"] = json::array();
    CHECK(render(nothing, {}, {OutputMode::plain, false, 80}).empty());
}

TEST_CASE("An empty list in CSV has its heading line", "[cli]") {
    Answer nothing;
    nothing.data["wallets"] = json::array();
    nothing.data["count"] = 0;
    const std::string_view promised = "wallets:[{name locked error? outputs:[{to amount}] made:{by}}] count";
    CHECK(render(nothing, {1, "x", 0, promised}, {OutputMode::csv, false, 80}) ==
          "name,locked,outputs,made\n");
}

TEST_CASE("Lines are wrapped at words, below their own text", "[cli]") {
    CHECK(wrap_at_words("one two three\n", 40) == "one two three\n");
    CHECK(wrap_question("Send 1?", "0.5", 60) == "Send 1? Type 0.5 to agree: ");
    CHECK(wrap_question("Send 1?", "0.5", 38) == "Send 1? Type 0.5 to agree: ");
    CHECK(wrap_question("Send 1?", "0.5", 37) == "Send 1?\nType 0.5 to agree: ");
    CHECK(wrap_at_words("one two three four\nfive", 9) == "one two\nthree\nfour\nfive");
    CHECK(wrap_at_words("  indented text that goes on\n", 16) == "  indented text\n  that goes on\n");
    CHECK(wrap_at_words("name  a value of words", 14) == "name  a value\n      of words");
    CHECK(wrap_at_words("a 0123456789012345 b", 10) == "a\n0123456789012345\nb");
    CHECK(wrap_at_words("\x1b[2mname\x1b[0m  a value of words", 14) ==
          "\x1b[2mname\x1b[0m  a value\n      of words");
    CHECK(wrap_at_words("漢字 漢字 漢字", 9) == "漢字 漢字\n漢字");
}

TEST_CASE("The last column of a table goes on in the next row", "[cli]") {
    View view;
    view.table({{{"line", Align::right}, {"status", Align::left, Cut::wrap}},
                {{Cell("1"), Cell("ok")}, {Cell("2"), Cell("a rather long list of what is wrong")}},
                ""});
    CHECK(render_human(view, {OutputMode::human, false, 30}) == "line  status\n"
                                                                "   1  ok\n"
                                                                "   2  a rather long list of\n"
                                                                "      what is wrong\n");
}

TEST_CASE("Tables are aligned by columns of the terminal", "[cli]") {
    View view;
    view.table({{{"name"}, {"amount", Align::right}},
                {{Cell("köln"), Cell("1")}, {Cell("東京"), Cell("12.5")}},
                ""});
    CHECK(render_human(view, {OutputMode::human, false, 80}) == "name  amount\nköln       1\n東京    12.5\n");
    View empty;
    empty.table({{{"name"}}, {}, "no wallets yet"});
    CHECK(render_human(empty, {OutputMode::human, false, 80}) == "no wallets yet\n");
    CHECK(display_width("e\xcc\x81") == 1);
}

TEST_CASE("Decimal points stand one below the other", "[cli]") {
    View view;
    view.table({{{"in", Align::point}, {"out", Align::point}},
                {{Cell("+50"), Cell("1.25")}, {Cell("-12.5"), Cell("")}, {Cell("-"), Cell("100")}},
                ""});
    CHECK(render_human(view, {OutputMode::human, false, 80}) == "   in     out\n"
                                                                "+50      1.25\n"
                                                                "-12.5\n"
                                                                "  -    100\n");
}

TEST_CASE("A table gives way where its columns allow it", "[cli]") {
    View view;
    view.table({{{"id", Align::left, Cut::never}, {"with", Align::left, Cut::middle}, {"memo"}},
                {{Cell("0123456789"), Cell("dcrn1qwertyuiop"), Cell("a rather long memo")},
                 {Cell("0123456789"), Cell("bob"), Cell("")}},
                ""});
    CHECK(render_human(view, {OutputMode::human, false, 80}) ==
          "id          with             memo\n"
          "0123456789  dcrn1qwertyuiop  a rather long memo\n"
          "0123456789  bob\n");
    CHECK(render_human(view, {OutputMode::human, false, 36}) == "id          with         memo\n"
                                                                "0123456789  dcrn1q…uiop  a rather l…\n"
                                                                "0123456789  bob\n");
    // too narrow for the shortest form: record by record, and nothing is cut
    CHECK(render_human(view, {OutputMode::human, false, 24}) == "id    0123456789\n"
                                                                "with  dcrn1qwertyuiop\n"
                                                                "memo  a rather long memo\n"
                                                                "\n"
                                                                "id    0123456789\n"
                                                                "with  bob\n");
}

TEST_CASE("Numbers and spans are told in few digits", "[cli]") {
    CHECK(si_text(0) == "0");
    CHECK(si_text(999) == "999");
    CHECK(si_text(999.6) == "1.00 k");
    CHECK(si_text(10'460'000) == "10.5 M");
    CHECK(si_text(123'456) == "123 k");
    CHECK(si_text(9.996e9) == "10.0 G");
    CHECK(bytes_text(1'023) == "1023 B");
    CHECK(bytes_text(1'024) == "1.00 KiB");
    CHECK(bytes_text(5u << 20) == "5.00 MiB");
    CHECK(span_text(59) == "59s");
    CHECK(span_text(185) == "3m05s");
    CHECK(span_text(7'800) == "2h10m");
    const Time now{1'795'000'000'000};
    const auto before = [&](std::uint64_t seconds) { return Time{now.unix_ms - seconds * 1'000}; };
    CHECK(age_text(now, now) == "now");
    CHECK(age_text(Time{now.unix_ms + 5'000}, now) == "now");
    CHECK(age_text(before(59), now) == "59s");
    CHECK(age_text(before(3'599), now) == "59m");
    CHECK(age_text(before(86'399), now) == "23h");
    CHECK(age_text(before(86'400 * 99), now) == "99d");
    CHECK(age_text(before(86'400 * 100), now) == to_rfc3339(before(86'400 * 100)).substr(0, 10));
    CHECK(moment_text(before(120), now) == "2026-11-18 11:04:40 UTC, 2m ago");
}

TEST_CASE("Colour is there when asked for alone", "[cli]") {
    View view;
    view.line(Cell("yes", Tone::good));
    CHECK(render_human(view, {OutputMode::human, false, 80}) == "yes\n");
    CHECK(render_human(view, {OutputMode::human, true, 80}) == "\x1b[32myes\x1b[0m\n");
}

TEST_CASE("A silent answer prints in JSON alone", "[cli]") {
    Answer answer;
    answer.data["key"] = "x";
    answer.silent = true;
    CHECK(render(answer, {}, {OutputMode::human, false, 80}).empty());
    CHECK(render(answer, {}, {OutputMode::plain, false, 80}).empty());
    CHECK_FALSE(render(answer, {}, {OutputMode::json, false, 80}).empty());
}

TEST_CASE("Progress tells share, rate and time left", "[cli]") {
    CHECK(progress_line({"Mining", "blocks", 25, 100, 0, 5'000, ""}) ==
          "Mining: 25/100 blocks, 25 %, 5.0/s, 15s left");
    CHECK(progress_line({"Mining", "blocks", 0, 100, 0, 0, ""}) == "Mining: 0/100 blocks, 0 %");
    CHECK(progress_line({"Reading", "blocks", 10, 0, 0, 1'000, "x"}) == "Reading: 10 blocks, 10/s, x");
    // what was there before is no part of the rate
    CHECK(progress_line({"Syncing", "blocks", 900, 1'000, 800, 2'000, ""}) ==
          "Syncing: 900/1000 blocks, 90 %, 50/s, 2s left");
    CHECK(progress_line({"Deriving the key", "", 40, 100, 0, 2'000, ""}) ==
          "Deriving the key: 40 %, 3s left");
    CHECK(progress_line({"Waiting", "", 0, 0, 0, 63'000, "height is 4"}) == "Waiting: 1m03s, height is 4");
    // what there is no room for is left out whole
    const ProgressState mining{
        "Mining", "blocks", 25, 100, 0, 5'000, "1.2 M attempts/s, a block in about 12s"};
    CHECK(progress_line(mining, 70) == "Mining: 25/100 blocks, 25 %, 5.0/s, 15s left, 1.2 M attempts/s");
    CHECK(progress_line(mining, 61) == "Mining: 25/100 blocks, 25 %, 5.0/s, 15s left");
}
