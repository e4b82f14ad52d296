#include <model/account.hpp>

namespace cairn {

ByteArray<Account::encoded_size> encode(const Account& account) {
    ByteArray<Account::encoded_size> out;
    std::memcpy(out.data(), account.address.bytes.data(), 20);
    store_le(out.data() + 20, account.balance.units());
    store_le(out.data() + 28, account.nonce.value);
    store_le(out.data() + 36, account.stake.units());
    return out;
}

Account decode_account(ByteView bytes) {
    Reader in(bytes);
    Account out;
    out.address.bytes = in.array<20>();
    out.balance = in.amount();
    out.nonce = Nonce{in.integer<std::uint64_t>()};
    out.stake = in.amount();
    return out;
}

} // namespace cairn
