// An account: what the state commits to for one address.
#pragma once

#include <model/codec.hpp>

namespace cairn {

struct Account {
    static constexpr std::size_t encoded_size = 44;

    crypto::Address address;
    Amount balance;
    Nonce nonce;
    Amount stake;
    friend bool operator==(const Account&, const Account&) = default;
};

/// address 20 | balance u64 | nonce u64 | stake u64
ByteArray<Account::encoded_size> encode(const Account& account);
/// `bytes`: exactly 44.
Account decode_account(ByteView bytes);

} // namespace cairn
