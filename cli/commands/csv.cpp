#include <cli/commands/csv.hpp>

#include <algorithm>

namespace cairn::cli {
namespace {

std::string trimmed(const std::string& text) {
    const auto first = text.find_first_not_of(" \t");
    if (first == std::string::npos) return {};
    return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

class Parser {
  public:
    explicit Parser(std::string_view text) : text_(text) {
        if (text_.starts_with("\xEF\xBB\xBF")) at_ = 3;
    }

    Result<std::vector<CsvRow>, CsvFault> run() {
        std::vector<CsvRow> rows;
        while (at_ < text_.size()) {
            CsvRow row{line_, {}};
            const bool comment = text_[at_] == '#';
            while (true) {
                auto field = take_field();
                if (!field) return fail(std::move(field.error()));
                row.fields.push_back(std::move(*field));
                if (at_ < text_.size() && text_[at_] == ',')
                    ++at_;
                else
                    break;
            }
            take_line_break();
            const bool blank = row.fields.size() == 1 && row.fields[0].empty();
            if (!comment && !blank) rows.push_back(std::move(row));
        }
        return rows;
    }

  private:
    Result<std::string, CsvFault> take_field() {
        const auto start = text_.find_first_not_of(" \t", at_);
        if (start != std::string_view::npos && text_[start] == '"') {
            at_ = start + 1;
            return take_quoted();
        }
        const auto end = std::min(text_.find_first_of(",\n\r", at_), text_.size());
        auto field = trimmed(std::string(text_.substr(at_, end - at_)));
        at_ = end;
        return field;
    }

    Result<std::string, CsvFault> take_quoted() {
        const std::size_t began = line_;
        std::string field;
        while (at_ < text_.size()) {
            const char c = text_[at_++];
            if (c == '\n') ++line_;
            if (c != '"') {
                field += c;
            } else if (at_ < text_.size() && text_[at_] == '"') {
                field += '"';
                ++at_;
            } else {
                at_ = std::min(text_.find_first_not_of(" \t", at_), text_.size());
                if (at_ < text_.size() &&
                    std::string_view(",\r\n").find(text_[at_]) == std::string_view::npos)
                    return fail(CsvFault{line_, "text after a closing quote"});
                return field;
            }
        }
        return fail(CsvFault{began, "a quote is not closed"});
    }

    void take_line_break() {
        if (at_ < text_.size() && text_[at_] == '\r') ++at_;
        if (at_ < text_.size() && text_[at_] == '\n') ++at_;
        ++line_;
    }

    std::string_view text_;
    std::size_t at_ = 0;
    std::size_t line_ = 1;
};

} // namespace

Result<std::vector<CsvRow>, CsvFault> parse_csv(std::string_view text) { return Parser(text).run(); }

} // namespace cairn::cli
