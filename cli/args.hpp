// The arguments of one command line, checked for their form before the handler sees them: what an accessor
// returns cannot be malformed. Asking for an argument that was not given (see `has`) or by another type than
// its kind's is a defect of the caller.
#pragma once

#include <base/time.hpp>
#include <crypto/address.hpp>
#include <model/amount.hpp>
#include <model/ids.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace cairn::cli {

/// What an argument must look like. The kinds up to `completion only` are checked; the others are text that
/// completion knows how to offer.
enum class Kind {
    text,          ///< std::string
    number,        ///< std::uint64_t, 0 allowed
    count,         ///< std::uint64_t ≥ 1
    height,        ///< std::uint64_t, fits a u32
    amount,        ///< Amount > 0
    amount_or_all, ///< Amount > 0, or the word `all` (see Args::is_all)
    fee,           ///< Amount, 0 allowed
    address,       ///< crypto::Address of this network
    hash,          ///< std::string: 64 hex digits, lower-cased
    txid,          ///< as hash, or at least 6 leading digits; std::string
    document,      ///< as txid: of a document's transaction, or its sha256
    branch,        ///< as txid: the last block of a branch that is held
    block,         ///< height, `tip`, or at least 6 leading hex digits; std::string
    duration,      ///< std::uint64_t ms
    date,          ///< Time
    endpoint,      ///< HOST:PORT; std::string
    choice,        ///< one of `choices`; std::string
    // completion only
    recipient,
    wallet,
    new_name,
    contact,
    file,
    out_file,
    peer,
    refused_peer,
    setting,
    setting_value,
    condition, ///< word by word
    command,
    some_address, ///< of whatever network, mistyped or not
};

using Value = std::variant<std::string, std::uint64_t, Amount, crypto::Address, Time>;

class Args {
  public:
    bool has(std::string_view name) const { return find(name) != nullptr; }
    /// As typed; for every kind.
    const std::string& text(std::string_view name) const;
    std::string text_or(std::string_view name, const std::string& fallback) const;
    std::uint64_t number(std::string_view name) const; ///< number, count, height, duration (ms)
    std::uint64_t number_or(std::string_view name, std::uint64_t fallback) const;
    Amount amount(std::string_view name) const;
    bool is_all(std::string_view name) const { return text(name) == "all"; }
    const crypto::Address& address(std::string_view name) const;
    Time date(std::string_view name) const;
    /// Of an argument that repeats: all of them, as typed.
    std::vector<std::string> all(std::string_view name) const;
    /// Of a command that ends with another one, or with free text: what follows, token by token.
    const std::vector<std::string>& rest() const { return rest_; }

    // For the parser.
    struct Entry {
        std::string name;
        std::string text;
        Value value;
    };
    void add(Entry entry) { entries_.push_back(std::move(entry)); }
    void set_rest(std::vector<std::string> rest) { rest_ = std::move(rest); }
    const std::vector<Entry>& entries() const { return entries_; } ///< in the order typed

  private:
    const Entry* find(std::string_view name) const;
    const Entry& at(std::string_view name) const;
    std::vector<Entry> entries_;
    std::vector<std::string> rest_;
};

} // namespace cairn::cli
