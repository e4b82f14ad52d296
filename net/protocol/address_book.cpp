// The tables: who stands where, who gives way, who is dialled next. The form on disk: address_book_codec.cpp.
#include <crypto/siphash.hpp>
#include <protocol/address_book.hpp>

#include <algorithm>
#include <utility>

namespace cairn::net {
namespace {

constexpr std::size_t buckets_of_source = 64; // of what we were told of
constexpr std::size_t buckets_of_group = 8;   // of what we reached
constexpr std::uint64_t minute_ms = 60'000;
constexpr std::uint64_t hour_ms = 60 * minute_ms;
constexpr std::uint64_t day_ms = 24 * hour_ms;
constexpr std::uint64_t stale_after_ms = 30 * day_ms;
constexpr std::uint64_t hearsay_ms = 2 * hour_ms; // what others saw was a while ago
constexpr std::uint64_t fresh_success_ms = 4 * hour_ms;
constexpr std::uint16_t first_free_port = 1'024; // nobody shall make us knock at other services

/// 0 where `at` lies ahead: the clock was set back.
std::uint64_t age(Time at, Time now) { return now.unix_ms > at.unix_ms ? now.unix_ms - at.unix_ms : 0; }

Time before(Time at, std::uint64_t span_ms) { return {at.unix_ms - std::min(at.unix_ms, span_ms)}; }

/// A time from outside: none that lies ahead is believed.
Time believed(Time seen, Time now) {
    if (seen.unix_ms > now.unix_ms && seen.unix_ms - now.unix_ms > 10 * minute_ms)
        return before(now, 5 * day_ms);
    return std::min(seen, now);
}

template <typename Entry> bool is_stale(const Entry& entry, Time now) {
    if (age(entry.seen, now) > stale_after_ms) return true;
    if (entry.success.unix_ms == 0) return entry.failures >= 3;
    return entry.failures >= 10 && age(entry.success, now) > 7 * day_ms;
}

template <typename Entry> bool must_wait(const Entry& entry, Time now) {
    if (entry.failures == 0 || entry.attempt > now) return false;
    const std::uint64_t pause = minute_ms << std::min<unsigned>(entry.failures - 1U, 11);
    return age(entry.attempt, now) < std::min(pause, day_ms);
}

ByteArray<18> bytes_of(const Endpoint& at) {
    ByteArray<18> out{};
    std::copy(at.ip.begin(), at.ip.end(), out.begin());
    store_le(out.data() + at.ip.size(), at.port);
    return out;
}

ByteArray<19> bytes_of(const AddressGroup& group) {
    ByteArray<19> out{};
    std::copy(group.prefix.begin(), group.prefix.end(), out.begin());
    store_le(out.data() + group.prefix.size(), group.port);
    out.back() = group.bits;
    return out;
}

template <typename T> ByteArray<8> word(T value) {
    ByteArray<8> out;
    store_le(out.data(), static_cast<std::uint64_t>(value));
    return out;
}

} // namespace

AddressBook::AddressBook(const Key& key)
    : key_(key), new_(new_buckets * bucket_size, none), tried_(tried_buckets * bucket_size, none) {}

std::uint64_t AddressBook::hash(Byte purpose, std::initializer_list<ByteView> parts) const {
    Bytes all{purpose};
    all.reserve(64);
    for (const ByteView part : parts) append(all, part); // of fixed lengths, for each purpose
    return crypto::siphash24(key_, all);
}

std::size_t AddressBook::new_place(const Endpoint& at, const Endpoint& source) const {
    const auto from = bytes_of(group_of(source));
    const auto spread = word(hash(1, {bytes_of(group_of(at)), from}) % buckets_of_source);
    const std::size_t bucket = hash(2, {from, spread}) % new_buckets;
    return bucket * bucket_size + hash(3, {word(bucket), bytes_of(at)}) % bucket_size;
}

std::size_t AddressBook::tried_place(const Endpoint& at) const {
    const auto spread = word(hash(4, {bytes_of(at)}) % buckets_of_group);
    const std::size_t bucket = hash(5, {bytes_of(group_of(at)), spread}) % tried_buckets;
    return bucket * bucket_size + hash(6, {word(bucket), bytes_of(at)}) % bucket_size;
}

AddressBook::Entry* AddressBook::find(const Endpoint& at) {
    const auto found = numbers_.find(at);
    return found == numbers_.end() ? nullptr : &entries_[found->second];
}

// --- places ---

/// Into its place, which is free. False where it is not, or the address is known.
bool AddressBook::insert(Entry entry) {
    Number& place = table_of(entry).at(entry.place);
    const auto number = static_cast<Number>(entries_.size());
    if (place != none || !numbers_.try_emplace(entry.at, number).second) return false;
    place = number;
    tried_count_ += entry.is_tried ? 1 : 0;
    entries_.push_back(entry);
    return true;
}

void AddressBook::erase(Number number) {
    const Entry& entry = entries_[number];
    table_of(entry)[entry.place] = none;
    tried_count_ -= entry.is_tried ? 1 : 0;
    numbers_.erase(entry.at);
    const Entry& last = entries_.back(); // takes its number
    if (&last != &entry) {
        table_of(last)[last.place] = number;
        numbers_.at(last.at) = number;
        entries_[number] = last;
    }
    entries_.pop_back();
}

/// The place is free.
void AddressBook::move_to(Number number, bool is_tried, std::size_t place) {
    Entry& entry = entries_[number];
    table_of(entry)[entry.place] = none;
    tried_count_ -= entry.is_tried ? 1 : 0;
    entry.is_tried = is_tried;
    entry.place = place;
    table_of(entry)[place] = number;
    tried_count_ += is_tried ? 1 : 0;
}

// --- what is learned ---

bool AddressBook::add(const AddrEntry& entry, const Endpoint& source, Time now) {
    const Endpoint& at = entry.at;
    const bool is_itself = at.ip == source.ip;
    if (!is_dialable(at) || !may_tell(source, at) || (at.port < first_free_port && !is_itself)) return false;
    const Time seen = before(believed(entry.seen, now), is_itself ? 0 : hearsay_ms);
    if (Entry* known = find(at)) {
        if (age(known->seen, seen) > day_ms) { // seldom: else the book changes with all that is told
            known->seen = seen;
            ++revision_;
        }
        return true;
    }
    const Entry fresh{at, source, seen, {}, {}, 0, false, new_place(at, source)};
    if (const Number occupant = new_[fresh.place]; occupant != none) {
        if (!is_stale(entries_[occupant], now) || is_stale(fresh, now)) return false;
        erase(occupant);
    }
    ++revision_;
    return insert(fresh);
}

void AddressBook::tried(const Endpoint& at, Time now) {
    if (!is_dialable(at)) return;
    ++revision_;
    if (!find(at)) { // the user's, perhaps: worth more than what we were only told of
        const Entry fresh{at, at, now, {}, {}, 0, false, new_place(at, at)};
        if (const Number occupant = new_[fresh.place]; occupant != none) erase(occupant);
        insert(fresh);
    }
    Entry& entry = *find(at);
    entry.seen = now;
    entry.success = std::max(now, Time{1});
    entry.attempt = {};
    entry.failures = 0;
    settle_tests(at, true);
    if (!entry.is_tried) reach(numbers_.at(at), now);
}

/// Into the table of what we reached, or to wait for the test of who stands there.
void AddressBook::reach(Number number, Time now) {
    const Endpoint at = entries_[number].at;
    const std::size_t place = tried_place(at);
    if (tried_[place] == none) return move_to(number, true, place);
    const Entry& occupant = entries_[tried_[place]];
    const bool is_sure = occupant.failures == 0 && age(occupant.success, now) < fresh_success_ms;
    const bool waits = std::any_of(tests_.begin(), tests_.end(),
                                   [&](const Test& test) { return test.occupant == occupant.at; });
    if (!is_sure && !waits && tests_.size() < max_tests) tests_.push_back({at, occupant.at});
}

void AddressBook::promote(Endpoint newcomer, std::size_t place) {
    const Number old = tried_[place];
    const std::size_t back = new_place(entries_[old].at, entries_[old].source);
    if (new_[back] != none && entries_[new_[back]].at != newcomer) {
        erase(new_[back]); // numbers change
    } else if (new_[back] != none) {
        // It comes from where the other goes to: they change places.
        const Number number = numbers_.at(newcomer);
        std::swap(entries_[number].place, entries_[old].place);
        std::swap(entries_[number].is_tried, entries_[old].is_tried);
        tried_[place] = number;
        new_[back] = old;
        return;
    }
    move_to(tried_[place], false, back);
    move_to(numbers_.at(newcomer), true, place);
}

void AddressBook::settle_tests(const Endpoint& occupant, bool answered) {
    const auto test =
        std::find_if(tests_.begin(), tests_.end(), [&](const Test& one) { return one.occupant == occupant; });
    if (test == tests_.end()) return;
    const Endpoint newcomer = test->newcomer;
    tests_.erase(test);
    const Entry* old = find(occupant);
    const Entry* fresh = find(newcomer);
    if (answered || !old || !fresh || !old->is_tried || fresh->is_tried) return;
    promote(newcomer, old->place);
}

void AddressBook::failed(const Endpoint& at, Time now) {
    Entry* entry = find(at);
    if (!entry) return;
    ++revision_;
    entry->attempt = now;
    entry->failures = static_cast<std::uint8_t>(std::min(entry->failures + 1, 255));
    settle_tests(at, false);
}

void AddressBook::forget(const Endpoint& at) {
    std::erase_if(tests_, [&](const Test& test) { return test.newcomer == at || test.occupant == at; });
    std::erase(anchors_, at);
    const auto found = numbers_.find(at);
    if (found == numbers_.end()) return;
    ++revision_;
    erase(found->second);
}

// --- what is asked ---

std::optional<Endpoint> AddressBook::pick(Random& random, Time now,
                                          const std::set<AddressGroup>& in_use) const {
    const bool tried_first = random.below(2) == 0;
    auto out = pick_from(tried_first ? tried_ : new_, random, now, in_use);
    if (!out) out = pick_from(tried_first ? new_ : tried_, random, now, in_use);
    return out;
}

/// From a bucket at random on, and in each from a place at random on: the first that will do.
std::optional<Endpoint> AddressBook::pick_from(const Table& table, Random& random, Time now,
                                               const std::set<AddressGroup>& in_use) const {
    const std::size_t buckets = table.size() / bucket_size;
    const std::size_t first_bucket = random.below(buckets);
    const std::size_t first_place = random.below(bucket_size);
    for (std::size_t i = 0; i < buckets; ++i)
        for (std::size_t j = 0; j < bucket_size; ++j) {
            const std::size_t bucket = (first_bucket + i) % buckets;
            const Number number = table[bucket * bucket_size + (first_place + j) % bucket_size];
            if (number == none) continue;
            const Entry& entry = entries_[number];
            if (!must_wait(entry, now) && !in_use.contains(group_of(entry.at))) return entry.at;
        }
    return std::nullopt;
}

std::optional<Endpoint> AddressBook::to_test(Time now) const {
    for (const Test& test : tests_) {
        const auto found = numbers_.find(test.occupant);
        if (found != numbers_.end() && !must_wait(entries_[found->second], now)) return test.occupant;
    }
    return std::nullopt;
}

std::vector<AddrEntry> AddressBook::sample(std::size_t max, const Endpoint& asker, Random& random,
                                           Time now) const {
    const std::size_t quarter = std::max<std::size_t>(entries_.size() / 4, 10);
    const std::size_t wanted = std::min({max, max_sample, quarter, entries_.size()});
    std::vector<AddrEntry> out;
    out.reserve(wanted);
    // The first steps of a shuffle of all numbers, in which only what was moved is kept.
    std::map<Number, Number> moved;
    const auto at = [&](Number index) {
        const auto found = moved.find(index);
        return found == moved.end() ? index : found->second;
    };
    constexpr std::size_t most_looked_at = 1'000; // where nearly all are stale
    const auto looked_at = static_cast<Number>(std::min(entries_.size(), most_looked_at));
    for (Number i = 0; i < looked_at && out.size() < wanted; ++i) {
        const auto other = static_cast<Number>(i + random.below(entries_.size() - i));
        const Entry& entry = entries_[at(other)];
        moved[other] = at(i);
        if (!is_stale(entry, now) && may_tell(asker, entry.at)) out.push_back({entry.at, entry.seen});
    }
    return out;
}

// --- what survives beside it ---

void AddressBook::set_anchors(std::vector<Endpoint> anchors) {
    if (anchors.size() > max_anchors) anchors.resize(max_anchors);
    if (anchors == anchors_) return;
    anchors_ = std::move(anchors);
    ++revision_;
}

bool AddressBook::keep(KeptPeer peer) {
    const auto is_plain = [](char c) { return c > ' ' && c <= '~'; };
    if (peer.host.empty() || peer.host.size() > 253 || peer.port == 0 ||
        !std::all_of(peer.host.begin(), peer.host.end(), is_plain))
        return false;
    if (std::find(kept_.begin(), kept_.end(), peer) != kept_.end()) return true;
    if (kept_.size() >= max_kept) return false;
    kept_.push_back(std::move(peer));
    ++revision_;
    return true;
}

bool AddressBook::unkeep(const KeptPeer& peer) {
    if (std::erase(kept_, peer) == 0) return false;
    ++revision_;
    return true;
}

} // namespace cairn::net
