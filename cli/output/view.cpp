// Building views, section by section.
#include <cli/answer.hpp>

namespace cairn::cli {

View& View::fields(std::vector<std::pair<std::string, Cell>> rows) {
    Section section;
    section.kind = Section::Kind::fields;
    section.fields.rows = std::move(rows);
    sections_.push_back(std::move(section));
    return *this;
}

View& View::table(Table table) {
    Section section;
    section.kind = Section::Kind::table;
    section.table = std::move(table);
    sections_.push_back(std::move(section));
    return *this;
}

View& View::line(Cell cell) {
    Line line;
    line.cells.push_back(std::move(cell));
    return this->line(std::move(line));
}

View& View::line(Line line) {
    Section section;
    section.kind = Section::Kind::line;
    section.line = std::move(line);
    sections_.push_back(std::move(section));
    return *this;
}

View& View::whole(std::string text) {
    this->text(std::move(text));
    sections_.back().kind = Section::Kind::whole;
    return *this;
}

View& View::text(std::string text) {
    Section section;
    section.kind = Section::Kind::text;
    section.text = std::move(text);
    sections_.push_back(std::move(section));
    return *this;
}

} // namespace cairn::cli
