// The JSON form of the parameters. Read by an own small tree that keeps every member of an object, since the
// usual one silently keeps the last of two of the same name.
#include <base/hex.hpp>
#include <consensus/parameters.hpp>

#include <boost/json/basic_parser_impl.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <array>
#include <variant>

namespace cairn::consensus {
namespace {

namespace json = boost::json;

constexpr std::size_t max_json_depth = 4;

struct Node;
struct Member;
using List = std::vector<Node>;
using Members = std::vector<Member>;
/// Of what is not expected anywhere - null, booleans, fractions, negative numbers - only that it stood there.
struct Unexpected {};

struct Node {
    std::variant<Unexpected, std::string, std::uint64_t, List, Members> value;
};
struct Member {
    std::string key;
    Node node;
};

/// Receives the parser's events (the handler interface of Boost.JSON's basic_parser).
class TreeBuilder {
  public:
    static constexpr std::size_t max_object_size = SIZE_MAX;
    static constexpr std::size_t max_array_size = SIZE_MAX;
    static constexpr std::size_t max_key_size = SIZE_MAX;
    static constexpr std::size_t max_string_size = SIZE_MAX;

    bool on_document_begin(json::error_code&) { return true; }
    bool on_document_end(json::error_code&) { return true; }
    bool on_object_begin(json::error_code&) { return open(Node{Members{}}); }
    bool on_object_end(std::size_t, json::error_code&) { return close(); }
    bool on_array_begin(json::error_code&) { return open(Node{List{}}); }
    bool on_array_end(std::size_t, json::error_code&) { return close(); }
    bool on_key_part(json::string_view part, std::size_t, json::error_code&) { return gather(part); }
    bool on_key(json::string_view part, std::size_t, json::error_code&) {
        gather(part);
        keys_.push_back(std::exchange(text_, {}));
        return true;
    }
    bool on_string_part(json::string_view part, std::size_t, json::error_code&) { return gather(part); }
    bool on_string(json::string_view part, std::size_t, json::error_code&) {
        gather(part);
        return add(Node{std::exchange(text_, {})});
    }
    bool on_number_part(json::string_view, json::error_code&) { return true; }
    bool on_int64(std::int64_t number, json::string_view, json::error_code&) {
        return add(number < 0 ? Node{} : Node{static_cast<std::uint64_t>(number)});
    }
    bool on_uint64(std::uint64_t number, json::string_view, json::error_code&) { return add(Node{number}); }
    bool on_double(auto, json::string_view, json::error_code&) { return add(Node{}); }
    bool on_bool(bool, json::error_code&) { return add(Node{}); }
    bool on_null(json::error_code&) { return add(Node{}); }
    bool on_comment_part(json::string_view, json::error_code&) { return true; }
    bool on_comment(json::string_view, json::error_code&) { return true; }

    Node take() { return std::move(root_); }

  private:
    bool gather(json::string_view part) {
        text_.append(part.data(), part.size());
        return true;
    }
    bool open(Node node) {
        open_.push_back(std::move(node));
        return true;
    }
    bool close() {
        Node node = std::move(open_.back());
        open_.pop_back();
        return add(std::move(node));
    }
    bool add(Node node) {
        if (open_.empty()) {
            root_ = std::move(node);
        } else if (auto* list = std::get_if<List>(&open_.back().value)) {
            list->push_back(std::move(node));
        } else {
            std::get<Members>(open_.back().value).push_back({std::move(keys_.back()), std::move(node)});
            keys_.pop_back();
        }
        return true;
    }

    Node root_;
    std::vector<Node> open_;        // the containers around what is being read
    std::vector<std::string> keys_; // of the members around what is being read
    std::string text_;
};

Result<Node, ParameterFault> parse(std::string_view text) {
    json::parse_options options;
    options.max_depth = max_json_depth;
    json::basic_parser<TreeBuilder> parser(options);
    json::error_code error;
    const std::size_t used = parser.write_some(false, text.data(), text.size(), error);
    if (error) return fail(ParameterFault{"", "is not JSON: " + error.message()});
    if (used != text.size()) return fail(ParameterFault{"", "is not JSON: something follows its end"});
    return parser.handler().take();
}

/// Takes values out of one object, and remembers the first fault: after it every value is empty.
class ObjectReader {
  public:
    /// `path` precedes the keys in faults.
    ObjectReader(const Node& node, std::span<const std::string_view> keys, std::string path)
        : path_(std::move(path)), members_(std::get_if<Members>(&node.value)) {
        if (members_ == nullptr) {
            blame("", "must be an object");
            return;
        }
        for (auto member = members_->begin(); member != members_->end(); ++member) {
            const std::string& key = member->key;
            if (std::find(keys.begin(), keys.end(), key) == keys.end()) blame(key, "is not a parameter");
            if (std::any_of(members_->begin(), member, [&](const auto& other) { return other.key == key; }))
                blame(key, "stands there twice");
            if (fault_) return; // so the search above stays short
        }
        for (const std::string_view key : keys)
            if (std::none_of(members_->begin(), members_->end(),
                             [&](const auto& member) { return member.key == key; }))
                blame(key, "is missing");
    }

    std::string text(std::string_view key) { return take<std::string>(key, "must be a string"); }
    std::uint64_t integer(std::string_view key) {
        return take<std::uint64_t>(key, "must be a whole number of 0 to 18446744073709551615");
    }
    List list(std::string_view key) { return take<List>(key, "must be a list"); }

    Amount amount(std::string_view key) {
        const std::string written = text(key);
        if (fault_) return {};
        const auto amount = amount_from_text(written);
        if (!amount) blame(key, describe(amount.error()));
        return amount ? *amount : Amount{};
    }

    CompactTarget target(std::string_view key) {
        const std::string written = text(key);
        if (fault_) return {};
        const auto bytes = written.starts_with("0x") ? array_from_hex<4>(written.substr(2)) : std::nullopt;
        if (!bytes) {
            blame(key, "must be \"0x\" and 8 hexadecimal digits");
            return {};
        }
        std::uint32_t bits = 0;
        for (const Byte byte : *bytes) bits = bits << 8 | byte;
        return CompactTarget{bits};
    }

    void blame(std::string_view key, std::string why) {
        if (fault_) return;
        std::string whole = path_;
        if (!path_.empty() && !key.empty()) whole += '.';
        fault_ = ParameterFault{whole.append(key), std::move(why)};
    }
    void blame(ParameterFault fault) {
        if (!fault_) fault_ = std::move(fault);
    }
    const std::optional<ParameterFault>& fault() const { return fault_; }

  private:
    template <typename T> T take(std::string_view key, const char* otherwise) {
        if (fault_) return T{};
        const auto member =
            std::find_if(members_->begin(), members_->end(), [&](const auto& one) { return one.key == key; });
        if (const auto* value = std::get_if<T>(&member->node.value)) return *value;
        blame(key, otherwise);
        return T{};
    }

    std::string path_;
    const Members* members_;
    std::optional<ParameterFault> fault_;
};

constexpr std::array<std::string_view, 18> parameter_keys{
    "name",          "ticker",          "prefix",          "consensus",
    "interval_ms",   "half_life_ms",    "limit",           "initial_target",
    "subsidy",       "halving",         "max_block_bytes", "max_block_txs",
    "max_future_ms", "min_new_account", "allocations",     "stakers",
    "time",          "message"};
constexpr std::array<std::string_view, 2> allocation_keys{"address", "amount"};
constexpr std::array<std::string_view, 2> staker_keys{"public_key", "amount"};

std::string entry_path(std::string_view list, std::size_t index) {
    return std::string(list) + "[" + std::to_string(index) + "]";
}

std::vector<Allocation> read_allocations(ObjectReader& in, const std::string& prefix) {
    std::vector<Allocation> out;
    for (const List entries = in.list("allocations"); const Node& entry : entries) {
        ObjectReader one(entry, allocation_keys, entry_path("allocations", out.size()));
        const auto address = crypto::address_from_text(one.text("address"), prefix);
        if (!address) one.blame("address", "is not an address of this network (" + prefix + "1…)");
        const Amount amount = one.amount("amount");
        if (one.fault()) {
            in.blame(*one.fault());
            return {};
        }
        out.push_back(Allocation{*address, amount});
    }
    return out;
}

std::vector<Staker> read_stakers(ObjectReader& in) {
    std::vector<Staker> out;
    for (const List entries = in.list("stakers"); const Node& entry : entries) {
        ObjectReader one(entry, staker_keys, entry_path("stakers", out.size()));
        const auto key = array_from_hex<32>(one.text("public_key"));
        if (!key) one.blame("public_key", "must be 64 hexadecimal digits");
        const Amount amount = one.amount("amount");
        if (one.fault()) {
            in.blame(*one.fault());
            return {};
        }
        out.push_back(Staker{crypto::PublicKey{*key}, amount});
    }
    return out;
}

SealKind read_consensus(ObjectReader& in) {
    const std::string word = in.text("consensus");
    if (word == "stake") return SealKind::stake;
    if (word != "work") in.blame("consensus", "must be \"work\" or \"stake\"");
    return SealKind::work;
}

std::string quoted(std::string_view text) {
    return json::serialize(json::string_view(text.data(), text.size()));
}

std::string quoted(Amount amount) { return '"' + to_text(amount) + '"'; }

std::string quoted(CompactTarget target) {
    ByteArray<4> bytes;
    store_le(bytes.data(), target.bits);
    std::reverse(bytes.begin(), bytes.end());
    return "\"0x" + to_hex(bytes) + '"';
}

/// A list with an entry a line.
std::string lines_of(const std::vector<std::string>& entries) {
    if (entries.empty()) return "[]";
    std::string out = "[";
    for (std::size_t i = 0; i < entries.size(); ++i) out += (i == 0 ? "\n    " : ",\n    ") + entries[i];
    return out + "\n  ]";
}

} // namespace

std::string to_json(const Parameters& parameters) {
    std::vector<std::string> allocations;
    for (const Allocation& one : parameters.allocations)
        allocations.push_back("{ \"address\": " + quoted(to_text(one.address, parameters.prefix)) +
                              ", \"amount\": " + quoted(one.amount) + " }");
    std::vector<std::string> stakers;
    for (const Staker& one : parameters.stakers)
        stakers.push_back("{ \"public_key\": " + quoted(to_hex(one.public_key.bytes)) +
                          ", \"amount\": " + quoted(one.amount) + " }");
    const std::array<std::string, parameter_keys.size()> values{
        quoted(parameters.name),
        quoted(parameters.ticker),
        quoted(parameters.prefix),
        parameters.consensus == SealKind::work ? "\"work\"" : "\"stake\"",
        std::to_string(parameters.interval_ms),
        std::to_string(parameters.half_life_ms),
        quoted(parameters.limit),
        quoted(parameters.initial_target),
        quoted(parameters.subsidy),
        std::to_string(parameters.halving),
        std::to_string(parameters.max_block_bytes),
        std::to_string(parameters.max_block_txs),
        std::to_string(parameters.max_future_ms),
        quoted(parameters.min_new_account),
        lines_of(allocations),
        lines_of(stakers),
        std::to_string(parameters.time.unix_ms),
        quoted(parameters.message),
    };
    std::string out = "{";
    for (std::size_t i = 0; i < values.size(); ++i)
        out += (i == 0 ? "\n  \"" : ",\n  \"") + std::string(parameter_keys[i]) + "\": " + values[i];
    return out + "\n}\n";
}

Result<Parameters, ParameterFault> parameters_from_json(std::string_view text) {
    const auto root = parse(text);
    if (!root) return fail(root.error());
    ObjectReader in(*root, parameter_keys, "");
    Parameters out;
    out.name = in.text("name");
    out.ticker = in.text("ticker");
    out.prefix = in.text("prefix");
    out.consensus = read_consensus(in);
    out.interval_ms = in.integer("interval_ms");
    out.half_life_ms = in.integer("half_life_ms");
    out.limit = in.target("limit");
    out.initial_target = in.target("initial_target");
    out.subsidy = in.amount("subsidy");
    out.halving = in.integer("halving");
    out.max_block_bytes = in.integer("max_block_bytes");
    out.max_block_txs = in.integer("max_block_txs");
    out.max_future_ms = in.integer("max_future_ms");
    out.min_new_account = in.amount("min_new_account");
    out.allocations = read_allocations(in, out.prefix);
    out.stakers = read_stakers(in);
    out.time = Time{in.integer("time")};
    out.message = in.text("message");
    if (in.fault()) return fail(*in.fault());
    return out;
}

} // namespace cairn::consensus
