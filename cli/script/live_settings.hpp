// What `set` can change of the program itself while it runs: one table, for `set`, `unset`, completion and
// help. The file of settings begins with the same keys (launch/settings.hpp).
#pragma once

#include <cli/script/interpreter.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace cairn::cli {

struct LiveSetting {
    std::string_view key;
    std::string_view values; ///< what it takes, for refusals
    std::string_view help;
    std::vector<std::string> choices;                                           ///< for completion
    bool (*set)(Interpreter::Options& options, const std::string& value);       ///< false: no value of it
    std::string (*get)(const Interpreter::Options& options);                    ///< as `set` takes it
    void (*copy)(Interpreter::Options& into, const Interpreter::Options& from); ///< this one alone
};

const std::vector<LiveSetting>& live_settings();
/// nullptr where the key is none of them.
const LiveSetting* live_setting(std::string_view key);

} // namespace cairn::cli
