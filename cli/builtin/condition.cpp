#include <base/utf8.hpp>
#include <cli/builtin/condition.hpp>
#include <cli/grammar/parser.hpp>
#include <cli/grammar/suggest.hpp>

#include <algorithm>
#include <array>
#include <locale>
#include <sstream>

namespace cairn::cli {

namespace {

using Field = Condition::Field;
using Op = Condition::Op;

constexpr std::array fields = {
    std::pair{"height", Field::height},       std::pair{"peers", Field::peers},
    std::pair{"mempool", Field::mempool},     std::pair{"balance", Field::balance},
    std::pair{"confirmed", Field::confirmed}, std::pair{"difficulty", Field::difficulty},
    std::pair{"synced", Field::synced},       std::pair{"tx", Field::tx}};
// Longer ones first: they begin with the shorter ones.
constexpr std::array ops = {std::pair{"==", Op::equal},    std::pair{"!=", Op::unequal},
                            std::pair{">=", Op::at_least}, std::pair{"<=", Op::at_most},
                            std::pair{">", Op::more},      std::pair{"<", Op::less}};

constexpr auto form = "write FIELD OP VALUE (`height >= 3`), `synced`, or `tx ID [CONFIRMATIONS]`";

auto refuse(const std::string& why) {
    return failure(Exit::usage, "bad_condition", "condition: " + why, form);
}

/// A condition in quotes is one token: its words all the same.
std::vector<std::string> split(const std::vector<std::string>& tokens) {
    std::vector<std::string> words;
    for (const auto& token : tokens) {
        std::istringstream in(token);
        in.imbue(std::locale::classic());
        for (std::string word; in >> word;) words.push_back(word);
    }
    return words;
}

Expected<Condition> parse_tx(const std::vector<std::string>& words) {
    if (words.size() < 2) return refuse("`tx` needs an id");
    if (words.size() > 3) return refuse("too many words after the id");
    auto id = read_value(Kind::hash, "id", words[1], {}, {});
    if (!id) return fail(std::move(id.error()));
    Condition condition{Field::tx, Op::at_least, std::get<std::string>(*id), {}, 1};
    if (words.size() == 3) {
        auto count = read_value(Kind::number, "confirmations", words[2], {}, {});
        if (!count) return fail(std::move(count.error()));
        condition.confirmations = std::get<std::uint64_t>(*count);
    }
    return condition;
}

Expected<void> check_value(Condition& condition, const std::string& ticker) {
    const bool money = condition.field == Field::balance || condition.field == Field::confirmed;
    if (money) {
        auto amount = read_value(Kind::fee, "value", condition.value, {}, {{}, ticker});
        if (!amount) return fail(std::move(amount.error()));
        condition.value = std::to_string(std::get<Amount>(*amount).units());
        return {};
    }
    constexpr std::size_t longest = 78; // digits of 2^256
    const bool digits = !condition.value.empty() && condition.value.size() <= longest &&
                        std::all_of(condition.value.begin(), condition.value.end(),
                                    [](char c) { return c >= '0' && c <= '9'; });
    if (!digits) return refuse("'" + escape_for_display(condition.value) + "' is not a whole number");
    condition.value.erase(0, std::min(condition.value.find_first_not_of('0'), condition.value.size() - 1));
    return {};
}

} // namespace

Expected<Condition> parse_condition(const std::vector<std::string>& tokens, const std::string& ticker) {
    const auto words = split(tokens);
    if (words.empty()) return refuse("it is missing");
    if (words[0] == "tx") return parse_tx(words);
    if (words[0] == "synced") {
        if (words.size() > 1) return refuse("nothing follows `synced`");
        return Condition{};
    }
    std::string text;
    for (const auto& word : words) text += word;
    const std::size_t at = text.find_first_of("=!<>");
    std::string name = text.substr(0, at);
    Condition condition;
    if (const auto colon = name.find(':'); colon != std::string::npos) {
        condition.wallet = name.substr(colon + 1);
        name.resize(colon);
    }
    const auto field =
        std::find_if(fields.begin(), fields.end(), [&](const auto& f) { return f.first == name; });
    if (field == fields.end() || field->second == Field::tx || field->second == Field::synced) {
        std::vector<std::string> known;
        known.reserve(fields.size());
        for (const auto& [word, unused] : fields) known.emplace_back(word);
        return failure(Exit::usage, "bad_condition",
                       "condition: unknown field '" + escape_for_display(name) + "'",
                       did_you_mean(name, known, form));
    }
    condition.field = field->second;
    const bool money = condition.field == Field::balance || condition.field == Field::confirmed;
    if (text.substr(0, at).find(':') != std::string::npos && (!money || condition.wallet.empty()))
        return refuse("only balance:NAME and confirmed:NAME are of a wallet");
    if (at == std::string::npos) return refuse("an operator is missing: == != >= <= > <");
    const auto op = std::find_if(ops.begin(), ops.end(), [&](const auto& o) {
        return text.compare(at, std::string_view(o.first).size(), o.first) == 0;
    });
    if (op == ops.end()) return refuse("unknown operator; there are == != >= <= > <");
    condition.op = op->second;
    condition.value = text.substr(at + std::string_view(op->first).size());
    if (condition.value.empty()) return refuse("the value is missing");
    if (auto fine = check_value(condition, ticker); !fine) return fail(std::move(fine.error()));
    return condition;
}

std::string to_text(const Condition& condition) {
    const auto field = std::find_if(fields.begin(), fields.end(),
                                    [&](const auto& f) { return f.second == condition.field; });
    std::string text = field->first;
    if (condition.field == Field::synced) return text;
    if (condition.field == Field::tx)
        return text + " " + condition.value + " " + std::to_string(condition.confirmations);
    if (!condition.wallet.empty()) text += ":" + condition.wallet;
    const auto op =
        std::find_if(ops.begin(), ops.end(), [&](const auto& o) { return o.second == condition.op; });
    const bool money = condition.field == Field::balance || condition.field == Field::confirmed;
    return text + " " + op->first + " " +
           (money ? cairn::to_text(Amount::from_units(std::stoull(condition.value))) : condition.value);
}

bool holds(Condition::Op op, const std::string& a, const std::string& b) {
    const int order = a.size() != b.size() ? (a.size() < b.size() ? -1 : 1) : a.compare(b);
    switch (op) {
    case Op::equal:
        return order == 0;
    case Op::unequal:
        return order != 0;
    case Op::at_least:
        return order >= 0;
    case Op::at_most:
        return order <= 0;
    case Op::more:
        return order > 0;
    case Op::less:
        return order < 0;
    }
    return false;
}

} // namespace cairn::cli
