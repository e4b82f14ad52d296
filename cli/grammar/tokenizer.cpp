#include <base/utf8.hpp>
#include <cli/grammar/suggest.hpp>
#include <cli/grammar/tokenizer.hpp>

#include <algorithm>

namespace cairn::cli {

namespace {

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

class Tokenizer {
  public:
    Tokenizer(std::string_view line, const Variables* variables, bool unfinished = false)
        : line_(line), variables_(variables), unfinished_(unfinished) {}

    Expected<std::vector<Token>> run() {
        while (at_ < line_.size()) {
            if (is_blank(line_[at_])) {
                ++at_;
            } else if (line_[at_] == '#') {
                comment_ = true;
                break;
            } else if (auto token = next()) {
                tokens_.push_back(std::move(*token));
                in_word_ = at_ == line_.size();
            } else {
                return fail(std::move(token.error()));
            }
        }
        return std::move(tokens_);
    }

    Expected<UnfinishedLine> run_unfinished() {
        auto tokens = run();
        if (!tokens) return fail(std::move(tokens.error()));
        return UnfinishedLine{std::move(*tokens), in_word_, open_, comment_};
    }

  private:
    Expected<Token> next() {
        Token token{{}, at_, false};
        while (at_ < line_.size() && !is_blank(line_[at_])) {
            Expected<void> read;
            switch (line_[at_]) {
            case '\'':
                read = single_quoted(token);
                break;
            case '"':
                read = double_quoted(token);
                break;
            case '\\':
                escape(token);
                break;
            case '$':
                read = expand(token);
                break;
            default:
                token.text += line_[at_++];
            }
            if (!read) return fail(std::move(read.error()));
        }
        return token;
    }

    Expected<void> unterminated(std::size_t opened) const {
        return failure(Exit::usage, "unterminated_quote",
                       "the quote opened at column " + std::to_string(opened + 1) + " is not closed",
                       "close it, or write a literal quote as \\" + std::string(1, line_[opened]));
    }

    Expected<void> single_quoted(Token& token) {
        const std::size_t opened = at_++;
        const std::size_t closed = line_.find('\'', at_);
        token.quoted = true;
        if (closed == std::string_view::npos) {
            if (!unfinished_) return unterminated(opened);
            open_ = '\'';
            token.text += line_.substr(at_);
            at_ = line_.size();
            return {};
        }
        token.text += line_.substr(at_, closed - at_);
        at_ = closed + 1;
        return {};
    }

    Expected<void> double_quoted(Token& token) {
        const std::size_t opened = at_++;
        token.quoted = true;
        while (at_ < line_.size() && line_[at_] != '"') {
            if (line_[at_] == '\\' && at_ + 1 < line_.size()) {
                // POSIX: within double quotes a backslash keeps its meaning before these alone
                const char c = line_[at_ + 1];
                if (std::string_view("$`\"\\\n").find(c) == std::string_view::npos) token.text += '\\';
                if (c != '\n') token.text += c;
                at_ += 2;
            } else if (line_[at_] == '$') {
                if (auto expanded = expand(token); !expanded) return expanded;
            } else {
                token.text += line_[at_++];
            }
        }
        if (at_ == line_.size() && !unfinished_) return unterminated(opened);
        if (at_ == line_.size())
            open_ = '"';
        else
            ++at_;
        return {};
    }

    void escape(Token& token) {
        if (++at_ == line_.size()) return; // the end of all input: nothing left to join
        if (line_[at_] != '\n') {
            token.text += line_[at_];
            token.quoted = true;
        }
        ++at_;
    }

    Expected<void> expand(Token& token) {
        const std::size_t start = at_++;
        const std::string_view rest = line_.substr(at_);
        std::string_view name;
        if (variables_ && !rest.empty() && rest[0] == '_') {
            name = rest.substr(0, 1);
            at_ += 1;
        } else if (const auto end = rest.find('}'); variables_ && !rest.empty() && rest[0] == '{') {
            if (end == std::string_view::npos && unfinished_) {
                token.text += '$';
                return {};
            }
            if (end == std::string_view::npos)
                return failure(Exit::usage, "unterminated_variable",
                               "the ${ at column " + std::to_string(start + 1) + " is not closed");
            name = rest.substr(1, end - 1);
            at_ += end + 1;
        } else {
            token.text += '$';
            return {};
        }
        const auto found = variables_->find(std::string(name));
        if (found == variables_->end() && unfinished_) {
            token.text += line_.substr(start, at_ - start);
            return {};
        }
        if (found == variables_->end()) {
            if (name == "_")
                return failure(Exit::usage, "unknown_variable",
                               "$_ is empty: no command has printed an id yet");
            std::vector<std::string> known;
            for (const auto& [key, unused] : *variables_) known.push_back(key);
            return failure(Exit::usage, "unknown_variable",
                           "the variable " + escape_for_display(name) + " is not set",
                           did_you_mean(name, known, "set it: set " + escape_for_display(name) + " VALUE"));
        }
        token.text += found->second;
        token.quoted = true;
        return {};
    }

    std::string_view line_;
    const Variables* variables_;
    bool unfinished_;
    bool in_word_ = false;
    bool comment_ = false;
    char open_ = '\0';
    std::size_t at_ = 0;
    std::vector<Token> tokens_;
};

} // namespace

Expected<std::vector<Token>> tokenize(std::string_view line, const Variables* variables) {
    if (line.find('\0') != std::string_view::npos || !is_utf8(line))
        return failure(Exit::usage, "not_text", "the line is not UTF-8 text",
                       "commands are text, one a line; see `help`");
    return Tokenizer(line, variables).run();
}

std::optional<UnfinishedLine> tokenize_unfinished(std::string_view line, const Variables* variables) {
    if (line.find('\0') != std::string_view::npos || !is_utf8(line)) return std::nullopt;
    auto read = Tokenizer(line, variables, true).run_unfinished();
    if (!read) return std::nullopt;
    return std::move(*read);
}

bool continues(std::string_view line) {
    enum class In { blank, word, single, dual } in = In::blank;
    for (std::size_t i = 0; i < line.size(); ++i) {
        const char c = line[i];
        if (in == In::single) {
            if (c == '\'') in = In::word;
        } else if (c == '\\') {
            if (i + 1 == line.size()) return true;
            ++i;
            if (in == In::blank) in = In::word;
        } else if (in == In::dual) {
            if (c == '"') in = In::word;
        } else if (is_blank(c)) {
            in = In::blank;
        } else if (c == '#' && in == In::blank) {
            return false;
        } else {
            in = c == '\'' ? In::single : c == '"' ? In::dual : In::word;
        }
    }
    return false;
}

std::string quote(std::string_view text) {
    const auto is_safe = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               std::string_view("_-./:@%+=,").find(c) != std::string_view::npos;
    };
    if (!text.empty() && std::all_of(text.begin(), text.end(), is_safe)) return std::string(text);
    std::string quoted = "'";
    for (const char c : text) quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
    return quoted + "'";
}

} // namespace cairn::cli
