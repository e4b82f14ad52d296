// The address book: where other nodes may be. Bounded, and hard to fill by few: an address has one place in
// one of two tables, and which place is decided by a keyed hash of the groups of the address and of who told
// of it, so that one group of sources reaches 64 of the 1,024 buckets of what we were told of, and one group
// of addresses 8 of the 256 of what we reached ourselves. What we reached is never displaced untested.
// After the address manager of Bitcoin and "Eclipse Attacks on Bitcoin's Peer-to-Peer Network" (Heilman,
// Kendler, Zohar, Goldberg, 2015). Owned by one thread; the wall's time judges ages, and may step.
#pragma once

#include <base/random.hpp>
#include <base/time.hpp>
#include <protocol/address_group.hpp>
#include <wire/message.hpp>

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace cairn::net {

/// A peer that the user added: dialled for as long as it is listed.
struct KeptPeer {
    std::string host; ///< a name or an address, 1 … 253 characters
    std::uint16_t port = 0;
    friend bool operator==(const KeptPeer&, const KeptPeer&) = default;
};

class AddressBook {
  public:
    using Key = ByteArray<16>;
    static constexpr std::size_t new_buckets = 1'024;
    static constexpr std::size_t tried_buckets = 256;
    static constexpr std::size_t bucket_size = 64;
    static constexpr std::size_t max_entries = (new_buckets + tried_buckets) * bucket_size;
    static constexpr std::size_t max_sample = 100;
    static constexpr std::size_t max_anchors = 2;
    static constexpr std::size_t max_kept = 64;
    static constexpr std::size_t max_tests = 16;

    /// `key`: 16 random bytes; decode() replaces it by the stored one.
    explicit AddressBook(const Key& key);

    // --- what is learned ---
    /// `source` told of it: the peer, or the address itself where it was found in another way. False where
    /// the source may not tell of it, its port is below 1,024 and not the source's own, or others hold its
    /// place.
    bool add(const AddrEntry& entry, const Endpoint& source, Time now);
    /// We connected to it, and it is a node of our network.
    void tried(const Endpoint& at, Time now);
    /// We could not. It is tried again after a minute, doubling to a day.
    void failed(const Endpoint& at, Time now);
    /// It is ourselves, or of another network.
    void forget(const Endpoint& at);

    // --- what is asked ---
    /// One to dial that is not in any of the groups and need not wait, from either table with equal chance;
    /// nullopt where there is none.
    std::optional<Endpoint> pick(Random& random, Time now, const std::set<AddressGroup>& in_use) const;
    /// One in whose place another wants to be: dial it, and say tried() or failed(). nullopt where there is
    /// none.
    std::optional<Endpoint> to_test(Time now) const;
    /// For one who asks: at most `max` (at most 100) and a quarter of all (at least 10), at random, none that
    /// is stale or that it must not be told of.
    std::vector<AddrEntry> sample(std::size_t max, const Endpoint& asker, Random& random, Time now) const;
    bool contains(const Endpoint& at) const { return numbers_.contains(at); }
    std::size_t count() const { return entries_.size(); }
    std::size_t tried_count() const { return tried_count_; }

    // --- what survives beside it ---
    /// Outbound peers to be dialled first at the next start; the first two are kept.
    void set_anchors(std::vector<Endpoint> anchors);
    const std::vector<Endpoint>& anchors() const { return anchors_; }
    /// False where the host is no host or too many are kept. True where it is kept already.
    bool keep(KeptPeer peer);
    bool unkeep(const KeptPeer& peer); ///< false where it was not kept
    const std::vector<KeptPeer>& kept() const { return kept_; }

    // --- disk ---
    /// Counts changes: what was encoded at another count is out of date.
    std::uint64_t revision() const { return revision_; }
    /// version u8 | key 16 | n u32 | n × (at 18, source 18, seen u64, success u64, attempt u64, failures u8,
    /// tried u8) | n u8 | n × anchor 18 | n u8 | n × (length u8, host, port u16) | CRC-32C u32. An endpoint
    /// is ip 16, port u16.
    Bytes encode() const;
    /// False, and the book is empty, where the bytes are damaged.
    bool decode(ByteView bytes);

  private:
    struct Entry {
        Endpoint at;
        Endpoint source;
        Time seen;                 ///< by anyone, as told
        Time success;              ///< by us; 0: never
        Time attempt;              ///< the last that failed; 0: none
        std::uint8_t failures = 0; ///< since the last success
        bool is_tried = false;
        std::size_t place = 0; ///< in its table
    };
    struct Test {
        Endpoint newcomer;
        Endpoint occupant;
    };
    using Number = std::uint32_t; ///< of an entry: changes when others go
    using Table = std::vector<Number>;
    static constexpr Number none = UINT32_MAX;

    std::uint64_t hash(Byte purpose, std::initializer_list<ByteView> parts) const;
    std::size_t new_place(const Endpoint& at, const Endpoint& source) const;
    std::size_t tried_place(const Endpoint& at) const;
    Table& table_of(const Entry& entry) { return entry.is_tried ? tried_ : new_; }
    bool insert(Entry entry);
    void erase(Number number);
    void move_to(Number number, bool is_tried, std::size_t place);
    void reach(Number number, Time now);
    /// The occupant of the place gives way to it, back to the table of what we were told of.
    void promote(Endpoint newcomer, std::size_t place);
    void settle_tests(const Endpoint& occupant, bool answered);
    std::optional<Endpoint> pick_from(const Table& table, Random& random, Time now,
                                      const std::set<AddressGroup>& in_use) const;
    bool read(ByteView bytes);
    void clear();
    Entry* find(const Endpoint& at);

    Key key_;
    std::vector<Entry> entries_;
    std::map<Endpoint, Number> numbers_;
    Table new_;
    Table tried_;
    std::size_t tried_count_ = 0;
    std::vector<Test> tests_;
    std::vector<Endpoint> anchors_;
    std::vector<KeptPeer> kept_;
    std::uint64_t revision_ = 0;
};

} // namespace cairn::net
