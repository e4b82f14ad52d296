// The one table of commands. Parsing, help, completion, did-you-mean and the man page are all made from it.
// Filled once at the start by plain functions, then read only.
#pragma once

#include <cli/answer.hpp>
#include <cli/args.hpp>
#include <model/transaction.hpp>

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cairn::net {
struct Submitted;
} // namespace cairn::net

namespace cairn::cli {

class PayersAhead;
class Session;

struct Positional {
    std::string name; ///< as in `help`, lower case: "amount"
    Kind kind = Kind::text;
    std::string help;
    bool required = true;
    bool repeats = false;               ///< the last one only
    std::vector<std::string> choices{}; ///< of Kind::choice
    std::string unless{};               ///< "--file": needed where that is not given; the command sees to it
};

struct Option {
    std::string name;       ///< "--fee"
    std::string value;      ///< "A"; empty for a flag
    Kind kind = Kind::text; ///< of the value
    std::string help;
    std::string short_name{}; ///< "-y"
    std::vector<std::string> choices{};
    std::string implied{}; ///< the value where none follows (`--wait [N]`): such values begin with a digit
    bool repeats = false;
    bool hidden = false;
};

/// What a command needs before it runs. The dispatcher sees to it, so a handler may rely on it.
enum class Needs {
    nothing,   ///< not even the network
    network,   ///< its parameters: nothing is made on disk
    directory, ///< the data directory, made and locked: wallets and contacts
    core,      ///< the open chain too
};

using Handler = std::function<Reply(Session&, const Args&)>;

/// A line's transaction before it is handed in, and what the line answers once it was taken.
struct Prepared {
    Transaction tx;
    std::function<Answer(const net::Submitted&)> answer;
};
/// Of a line in a script, so that those of several lines are handed in together. nullopt: it must be carried
/// out alone, as it would ask or tell something, or fail. Opens what it looks at, changes nothing but
/// `payers`, and tells nothing.
using Preparation = std::function<std::optional<Prepared>(Session&, const Args&, PayersAhead& payers)>;

/// An exit code that a command of its own gives, and when.
struct ExitReason {
    Exit exit;
    std::string_view when; ///< a literal
};

struct CommandSpec {
    std::string path;    ///< "wallet new"
    std::string summary; ///< one line, no full stop
    Needs needs = Needs::core;
    std::vector<Positional> positionals{};
    std::vector<Option> options{};
    Handler run{};
    std::string details{};               ///< paragraphs of `help COMMAND`
    std::vector<std::string> examples{}; ///< command lines
    std::string rest{}; ///< "COMMAND": after the positionals, the rest of the line is taken as it is
    bool rest_required = true;
    bool hidden = false; ///< not in `help`
    /// The fields of the answer's data, as `name other? list:[{name}] texts:[] inner:{name}`; those with a
    /// question mark are not always there. See CommandTree::promise.
    std::string data{};
    std::vector<ExitReason> exits{}; ///< beside those that every command may give
    Preparation prepare{};           ///< of a command whose lines may be handed in together
};

class CommandTree {
  public:
    /// A path is added once. A bare noun runs its `… list`, or what `set_default` says.
    void add(CommandSpec spec);
    /// What a command that was added answers with.
    void promise(std::string_view path, std::string data, std::vector<ExitReason> exits);
    void set_default(std::string noun, std::string path);
    /// What a noun is about, for `help`: ("wallet", "keys and addresses of your own").
    void describe_group(std::string noun, std::string summary);

    const CommandSpec* find(std::string_view path) const;
    const std::vector<CommandSpec>& all() const { return specs_; } ///< in the order added
    const std::string* group_summary(std::string_view noun) const;
    const std::string* default_of(std::string_view noun) const;

    struct Match {
        const CommandSpec* spec = nullptr;
        std::size_t words = 0; ///< of the line that name the command
    };
    /// The command that these words begin with. `prefixes`: unique prefixes count (at the prompt).
    /// Usage failures: unknown_command (with a hint), ambiguous_command, missing_subcommand.
    Expected<Match> match(const std::vector<std::string>& words, bool prefixes) const;

  private:
    std::vector<CommandSpec> specs_;
    std::vector<std::string> nouns_; ///< first words of those that are not hidden
    std::vector<std::pair<std::string, std::string>> defaults_;
    std::vector<std::pair<std::string, std::string>> groups_;
};

} // namespace cairn::cli
