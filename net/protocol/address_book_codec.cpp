// The form of the address book on disk. It may be cut, altered or of another version: then it is no book, and
// nothing is lost but a start.
#include <model/codec.hpp>
#include <protocol/address_book.hpp>

#include <algorithm>

namespace cairn::net {
namespace {

constexpr Byte format_version = 1;
constexpr std::size_t checksum_bytes = 4;
constexpr std::size_t entry_bytes = 62;

void put(Writer& out, const Endpoint& at) { out.raw(at.ip).integer(at.port); }

Endpoint take_endpoint(Reader& in) {
    Endpoint out;
    out.ip = in.array<16>();
    out.port = in.integer<std::uint16_t>();
    return out;
}

} // namespace

Bytes AddressBook::encode() const {
    Bytes bytes;
    bytes.reserve(1'024 + entries_.size() * entry_bytes);
    Writer out(bytes);
    out.integer(format_version).raw(key_).integer(static_cast<std::uint32_t>(entries_.size()));
    for (const Entry& entry : entries_) {
        put(out, entry.at);
        put(out, entry.source);
        out.integer(entry.seen.unix_ms).integer(entry.success.unix_ms).integer(entry.attempt.unix_ms);
        out.integer(entry.failures).integer(static_cast<Byte>(entry.is_tried ? 1 : 0));
    }
    out.integer(static_cast<Byte>(anchors_.size()));
    for (const Endpoint& anchor : anchors_) put(out, anchor);
    out.integer(static_cast<Byte>(kept_.size()));
    for (const KeptPeer& peer : kept_)
        out.integer(static_cast<Byte>(peer.host.size())).raw(as_bytes(peer.host)).integer(peer.port);
    out.integer(crypto::crc32c(bytes));
    return bytes;
}

void AddressBook::clear() {
    entries_.clear();
    numbers_.clear();
    std::fill(new_.begin(), new_.end(), none);
    std::fill(tried_.begin(), tried_.end(), none);
    tried_count_ = 0;
    tests_.clear();
    anchors_.clear();
    kept_.clear();
    ++revision_;
}

bool AddressBook::decode(ByteView bytes) {
    const Key key = key_;
    clear();
    if (read(bytes)) return true;
    clear();
    key_ = key;
    return false;
}

bool AddressBook::read(ByteView bytes) {
    if (bytes.size() < checksum_bytes) return false;
    const ByteView content = bytes.first(bytes.size() - checksum_bytes);
    if (load_le<std::uint32_t>(bytes.data() + content.size()) != crypto::crc32c(content)) return false;
    Reader in(content);
    if (in.integer<Byte>() != format_version) return false;
    key_ = in.array<16>();
    const auto count = in.integer<std::uint32_t>();
    if (count > max_entries || in.left() < count * entry_bytes) return false;
    for (std::uint32_t i = 0; i < count; ++i) {
        Entry entry;
        entry.at = take_endpoint(in);
        entry.source = take_endpoint(in);
        entry.seen.unix_ms = in.integer<std::uint64_t>();
        entry.success.unix_ms = in.integer<std::uint64_t>();
        entry.attempt.unix_ms = in.integer<std::uint64_t>();
        entry.failures = in.integer<Byte>();
        const Byte table = in.integer<Byte>();
        entry.is_tried = table == 1;
        entry.place = entry.is_tried ? tried_place(entry.at) : new_place(entry.at, entry.source);
        if (table > 1 || !is_dialable(entry.at) || !insert(entry)) return false;
    }
    for (auto left = in.integer<Byte>(); left > 0 && in.ok(); --left) {
        anchors_.push_back(take_endpoint(in));
        if (anchors_.size() > max_anchors) return false;
    }
    for (auto left = in.integer<Byte>(); left > 0 && in.ok(); --left) {
        KeptPeer peer;
        peer.host = as_text(in.raw(in.integer<Byte>()));
        peer.port = in.integer<std::uint16_t>();
        const std::size_t before = kept_.size();
        if (!keep(std::move(peer)) || kept_.size() == before) return false;
    }
    return in.finished();
}

} // namespace cairn::net
