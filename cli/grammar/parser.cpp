#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <base/utf8.hpp>
#include <cli/grammar/parser.hpp>
#include <cli/grammar/suggest.hpp>

#include <algorithm>

namespace cairn::cli {

namespace {

// Positionals and values travel through CLI11 behind this mark, so that none is taken for an option, a list
// or a separator.
constexpr char mark = '\x01';

std::string upper(std::string text) {
    for (char& c : text) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c == '_' ? '-' : c;
    return text;
}

/// The tokens of a line, told apart: options with their values, positionals, and what is taken as it is.
class Sorter {
  public:
    Sorter(const CommandSpec& spec, const std::vector<Token>& tokens) : spec_(spec), tokens_(tokens) {}

    Expected<void> run() {
        while (at_ < tokens_.size()) {
            const std::string& text = tokens_[at_].text;
            const bool begins_rest = !spec_.rest.empty() && positionals_ == spec_.positionals.size();
            if (text == "--" && !tokens_[at_].quoted) {
                ++at_;
                take_all_that_follows();
            } else if (looks_like_option(tokens_[at_])) {
                if (begins_rest && !spec_.path.empty() && text != "-h" && text != "--help" &&
                    !find_option(spec_, text)) {
                    take_rest();
                } else if (auto taken = take_option(); !taken) {
                    return taken;
                }
            } else if (begins_rest) {
                take_rest();
            } else {
                ++positionals_;
                sorted.push_back(mark + text);
                ++at_;
            }
            if (help) return {};
        }
        return {};
    }

    std::vector<std::string> sorted; ///< for CLI11
    std::vector<std::string> rest;
    bool help = false;

  private:
    Expected<void> take_option() {
        const std::string text = tokens_[at_++].text;
        if (text == "-h" || text == "--help") {
            help = true;
            return {};
        }
        const Option* option = find_option(spec_, text);
        if (!option) return unknown(text);
        std::optional<std::string> value;
        if (text[1] == '-') {
            if (const auto equals = text.find('='); equals != std::string::npos)
                value = text.substr(equals + 1);
        } else if (text.size() > 2) {
            value = text.substr(text[2] == '=' ? 3 : 2);
        }
        if (option->value.empty()) {
            if (value && text[1] != '-') return unknown("-" + *value);
            if (value) return bad_argument(option->name, "takes no value");
            sorted.push_back(option->name);
            return {};
        }
        if (!value && !option->implied.empty()) {
            const bool given = at_ < tokens_.size() && !tokens_[at_].text.empty() &&
                               tokens_[at_].text[0] >= '0' && tokens_[at_].text[0] <= '9';
            value = given ? tokens_[at_++].text : option->implied;
        }
        if (!value) {
            if (at_ == tokens_.size())
                return failure(Exit::usage, "missing_value",
                               option->name + " needs a value: " + option->name + " " + option->value);
            value = tokens_[at_++].text;
        }
        sorted.push_back(option->name + "=" + mark + *value);
        return {};
    }

    Expected<void> unknown(const std::string& text) const {
        std::vector<std::string> known;
        for (const auto* list : {&spec_.options, &common_options()})
            for (const auto& option : *list)
                if (!option.hidden) known.push_back(option.name);
        const auto name = text.substr(0, text.find('='));
        const auto more = (spec_.path.empty() ? "cairn" : spec_.path) + " --help";
        return failure(Exit::usage, "unknown_option",
                       "unknown option " + escape_for_display(name) +
                           (spec_.path.empty() ? "" : " of `" + spec_.path + "`"),
                       did_you_mean(name, known, "see `" + more + "`"));
    }

    void take_all_that_follows() {
        while (at_ < tokens_.size()) {
            if (!spec_.rest.empty() && positionals_ >= spec_.positionals.size()) return take_rest();
            ++positionals_;
            sorted.push_back(mark + tokens_[at_++].text);
        }
    }

    void take_rest() {
        while (at_ < tokens_.size()) rest.push_back(tokens_[at_++].text);
    }

    const CommandSpec& spec_;
    const std::vector<Token>& tokens_;
    std::size_t at_ = 0;
    std::size_t positionals_ = 0;
};

const Option* option_of(const CommandSpec& spec, const std::string& name) {
    for (const auto* list : {&spec.options, &common_options()})
        for (const auto& option : *list)
            if (option.name == name) return &option;
    return nullptr;
}

} // namespace

bool looks_like_option(const Token& token) {
    // A negative number is a (wrong) value: so the refusal can name the argument.
    const std::string& text = token.text;
    return text.size() >= 2 && text[0] == '-' && !(text[1] >= '0' && text[1] <= '9') && text[1] != '.';
}

const Option* find_option(const CommandSpec& spec, std::string_view text) {
    const std::string_view name = text.substr(0, text.find('='));
    for (const auto* list : {&spec.options, &common_options()})
        for (const auto& option : *list)
            if (option.name == name ||
                (!option.short_name.empty() && option.short_name == text.substr(0, 2) && text[1] != '-'))
                return &option;
    return nullptr;
}

Option output_option() {
    return {
        "--output", "MODE", Kind::choice, "human, plain, csv or json", "", {"human", "plain", "csv", "json"}};
}

const std::vector<Option>& common_options() {
    static const std::vector<Option> options = {
        {"--json", "", Kind::text, "this answer as JSON"},
        output_option(),
        {"--wallet", "NAME", Kind::wallet, "use this wallet"},
        {"--yes", "", Kind::text, "agree to every question", "-y"},
    };
    return options;
}

/// CLI11's part: which value belongs to which name, in the order typed.
class ArgumentParser::Matcher {
  public:
    explicit Matcher(const CommandSpec& spec) {
        app_.set_help_flag();
        for (const auto& option : spec.options) add(option.name, option.value.empty());
        for (const auto& option : common_options())
            if (app_.get_option_no_throw(option.name) == nullptr) add(option.name, option.value.empty());
        for (const auto& positional : spec.positionals) {
            CLI::Option* option = add(positional.name, false);
            if (positional.repeats)
                option->expected(1, CLI::detail::expected_max_vector_size)->allow_extra_args();
        }
    }

    /// CLI11 2.1 keeps the order of all lines that it has read.
    bool is_worn() const { return app_.parse_order().size() > 512; }

    using Found = std::vector<std::pair<std::string, std::string>>;
    Expected<Found> match(const CommandSpec& spec, std::vector<std::string> sorted) {
        std::reverse(sorted.begin(), sorted.end());
        const auto before = static_cast<std::ptrdiff_t>(app_.parse_order().size());
        try {
            app_.parse(std::move(sorted)); // and forgets the line before, but for its order
        } catch (const CLI::ExtrasError&) {
            const auto extra = app_.remaining();
            const std::string first = extra.empty() ? std::string() : extra.front();
            return failure(Exit::usage, "too_many_arguments",
                           "too many arguments: '" +
                               escape_for_display(first.substr(first.empty() || first[0] != mark ? 0 : 1)) +
                               "' is left over",
                           "usage: " + usage_of(spec));
        } catch (const CLI::Error&) {
            return failure(Exit::usage, "bad_arguments", "the arguments could not be read",
                           "usage: " + usage_of(spec));
        }
        Found found;
        std::map<const CLI::Option*, std::size_t> taken;
        const auto& order = app_.parse_order();
        for (auto at = order.begin() + before; at != order.end(); ++at) {
            const CLI::Option* option = *at;
            const auto name =
                std::find_if(known_.begin(), known_.end(), [&](const auto& k) { return k.first == option; });
            if (name == known_.end()) continue;
            const auto& results = option->results();
            const std::size_t index = taken[option]++;
            if (index >= results.size()) continue;
            std::string value = results[index];
            if (!value.empty() && value[0] == mark) value.erase(0, 1);
            found.emplace_back(name->second, std::move(value));
        }
        return found;
    }

  private:
    CLI::Option* add(const std::string& name, bool flag) {
        CLI::Option* option = flag ? app_.add_flag(name) : app_.add_option(name);
        if (!flag) option->expected(1);
        option->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
        known_.emplace_back(option, name);
        return option;
    }

    CLI::App app_;
    std::vector<std::pair<CLI::Option*, std::string>> known_;
};

ArgumentParser::ArgumentParser() = default;
ArgumentParser::~ArgumentParser() = default;

Expected<Args> parse_arguments(const CommandSpec& spec, const std::vector<Token>& tokens,
                               const ArgumentContext& context) {
    return ArgumentParser().parse(spec, tokens, context);
}

Expected<Args> ArgumentParser::parse(const CommandSpec& spec, const std::vector<Token>& tokens,
                                     const ArgumentContext& context) {
    Args args;
    Sorter sorter(spec, tokens);
    if (auto done = sorter.run(); !done) return fail(std::move(done.error()));
    if (sorter.help) {
        args.add({"--help", "", std::string()});
        return args;
    }
    auto& matcher = matchers_[&spec];
    if (!matcher || matcher->is_worn()) matcher = std::make_unique<Matcher>(spec);
    auto found = matcher->match(spec, std::move(sorter.sorted));
    if (!found) return fail(std::move(found.error()));
    for (auto& [name, text] : *found) {
        Kind kind = Kind::text;
        const std::vector<std::string>* choices = nullptr;
        bool repeats = false;
        if (const Option* option = option_of(spec, name)) {
            kind = option->value.empty() ? Kind::text : option->kind;
            choices = &option->choices;
            repeats = option->repeats;
        } else {
            const auto at = std::find_if(spec.positionals.begin(), spec.positionals.end(),
                                         [&, &key = name](const auto& p) { return p.name == key; });
            kind = at->kind;
            choices = &at->choices;
            repeats = at->repeats;
        }
        if (!repeats && args.has(name)) {
            if (name[0] != '-' || !option_of(spec, name)->value.empty())
                return bad_argument(name, "is given twice");
            continue;
        }
        auto value = read_value(kind, name, text, *choices, context);
        if (!value) return fail(std::move(value.error()));
        args.add({name, std::move(text), std::move(*value)});
    }
    for (const auto& positional : spec.positionals)
        if (positional.required && !args.has(positional.name))
            return failure(Exit::usage, "missing_argument", "missing argument: " + upper(positional.name),
                           "usage: " + usage_of(spec));
    if (!spec.rest.empty() && spec.rest_required && sorter.rest.empty())
        return failure(Exit::usage, "missing_argument", "missing argument: " + spec.rest,
                       "usage: " + usage_of(spec));
    args.set_rest(std::move(sorter.rest));
    return args;
}

std::string placeholder(const Positional& positional) {
    std::string name = upper(positional.name);
    if (positional.kind == Kind::amount_or_all) name += "|all";
    if (positional.kind == Kind::choice && !positional.choices.empty()) {
        name.clear();
        for (const auto& choice : positional.choices) name += (name.empty() ? "" : "|") + choice;
    }
    if (positional.repeats) name += "...";
    return positional.required || !positional.unless.empty() ? name : "[" + name + "]";
}

std::string placeholder(const Option& option) {
    std::string text = option.short_name.empty() ? option.name : option.short_name + "|" + option.name;
    if (!option.value.empty())
        text += option.implied.empty() ? " " + option.value : " [" + option.value + "]";
    return "[" + text + "]" + (option.repeats ? "..." : "");
}

std::string usage_of(const CommandSpec& spec) {
    std::string usage = spec.path.empty() ? "cairn" : spec.path;
    std::string instead; // of the arguments: (TO AMOUNT|all | --file F)
    for (const auto& positional : spec.positionals) {
        const bool first = instead.empty() && !positional.unless.empty();
        if (first) instead = positional.unless;
        usage += (first ? " (" : " ") + placeholder(positional);
    }
    if (const auto* option = find_option(spec, instead))
        usage += " | " + option->name + (option->value.empty() ? "" : " " + option->value) + ")";
    for (const auto& option : spec.options)
        if (!option.hidden && option.name != instead) usage += " " + placeholder(option);
    if (!spec.rest.empty()) usage += spec.rest_required ? " " + spec.rest : " [" + spec.rest + "]";
    return usage;
}

} // namespace cairn::cli
