// What is being typed at the end of a line: which word of a command's name, which argument, which option's
// value. Read by the tokenizer and the tree that carry lines out; completion and hints are made from it.
// Pure.
#pragma once

#include <cli/command.hpp>
#include <cli/grammar/tokenizer.hpp>

namespace cairn::cli {

using Aliases = std::map<std::string, std::string>;

/// What a line is read by. All outlive the call.
struct Language {
    const CommandTree& tree;
    const Aliases& aliases;
    const Variables* variables = nullptr; ///< nullptr: `$` stands for itself
};

struct Place {
    enum class What {
        nothing,  ///< nothing fits: a comment, an unknown command, one argument too many
        command,  ///< a word of a command's name: one of `commands`
        option,   ///< the name of an option of `spec`
        value,    ///< the value of `option`
        argument, ///< `positional`
        free,     ///< text that is taken as it is: of `rest`, or an alias' own words
    } what = What::nothing;

    std::string word;      ///< as it will be read, without its quotes; empty after a blank
    bool begun = false;    ///< something of it was typed, be it a quote
    std::size_t begin = 0; ///< byte of the line where it begins
    char quote = '\0';     ///< that is open: ' or "
    std::string before;    ///< of the word, in front of an option's value: "--fee="

    std::vector<std::string> commands{};
    const CommandSpec* spec = nullptr; ///< the command; with What::command, what the words so far run
    const Option* option = nullptr;
    bool may_be_left_out = false; ///< the value: `--wait [N]`
    const Positional* positional = nullptr;
    std::size_t nth = 0; ///< word of the command's name, positional, or free word: how many stand before it
    std::vector<Args::Entry> given{}; ///< what stands before: positionals and options, as typed

    /// A word before this one that can be wrong.
    struct Passed {
        enum class What { value, unknown_option, unknown_command } what = What::value;
        std::string text;                                  ///< of an unknown command: why
        Kind kind = Kind::text;                            ///< of a value
        const std::vector<std::string>* choices = nullptr; ///< likewise
    };
    std::vector<Passed> passed{}; ///< oldest first

    /// The text of what was given under a name; nullptr where it was not.
    const std::string* find(std::string_view name) const;
};

/// `line` ends where the cursor stands.
Place read_place(const Language& language, std::string_view line);

/// Words that follow `noun` in commands: without what is hidden, in the tree's order.
std::vector<std::string> verbs_of(const CommandTree& tree, std::string_view noun);
/// The word itself where it is known, else the only one that it begins; empty without.
std::string only_match(const std::vector<std::string>& words, std::string_view start);

} // namespace cairn::cli
