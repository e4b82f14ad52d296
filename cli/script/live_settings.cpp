#include <cli/launch/settings.hpp>
#include <cli/script/live_settings.hpp>

#include <algorithm>

namespace cairn::cli {

namespace {

using Options = Interpreter::Options;

std::string lock_after_text(const Options& options) {
    if (!options.lock_after) return "off";
    const auto ms = options.lock_after->count();
    if (ms % 60'000 == 0) return std::to_string(ms / 60'000) + "m";
    return ms % 1'000 == 0 ? std::to_string(ms / 1'000) + "s" : std::to_string(ms) + "ms";
}

} // namespace

const std::vector<LiveSetting>& live_settings() {
    static const std::vector<LiveSetting> all = {
        {"output",
         "human, plain, csv or json",
         "how answers are printed",
         {"human", "plain", "csv", "json"},
         [](Options& options, const std::string& value) {
             const auto mode = output_mode_from(value);
             if (mode) options.output = *mode;
             return mode.has_value();
         },
         [](const Options& options) { return std::string(name_of(options.output)); },
         [](Options& into, const Options& from) { into.output = from.output; }},
        {"pager",
         "a command, auto or off",
         "what long answers are shown with at the prompt",
         {"auto", "off", "less"},
         [](Options& options, const std::string& value) {
             if (!value.empty()) options.pager = value;
             return !value.empty();
         },
         [](const Options& options) { return options.pager; },
         [](Options& into, const Options& from) { into.pager = from.pager; }},
        {"hints",
         "on or off",
         "what is still owed, dim behind what is typed",
         {"on", "off"},
         [](Options& options, const std::string& value) {
             if (value == "on" || value == "off") options.hints = value == "on";
             return value == "on" || value == "off";
         },
         [](const Options& options) { return std::string(options.hints ? "on" : "off"); },
         [](Options& into, const Options& from) { into.hints = from.hints; }},
        {"lock_after",
         "a time such as 15m, or off",
         "wallets lock after so long without use at the prompt",
         {"5m", "15m", "1h", "off"},
         [](Options& options, const std::string& value) { return set_lock_after(options.lock_after, value); },
         lock_after_text,
         [](Options& into, const Options& from) { into.lock_after = from.lock_after; }},
    };
    return all;
}

const LiveSetting* live_setting(std::string_view key) {
    const auto& all = live_settings();
    const auto found =
        std::find_if(all.begin(), all.end(), [&](const auto& each) { return each.key == key; });
    return found == all.end() ? nullptr : &*found;
}

} // namespace cairn::cli
