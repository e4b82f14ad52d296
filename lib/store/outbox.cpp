#include <store/outbox.hpp>

#include <algorithm>
#include <charconv>
#include <utility>

namespace cairn::store {
namespace {

// A record: 1 and the payment, whole; 2 and the txid of the one to forget; 3 and that of one told to others.
constexpr Byte put_kind = 1;
constexpr Byte erase_kind = 2;
constexpr Byte told_kind = 3;
constexpr std::uint64_t least_dead_bytes = 256U << 10; // below it a fresh log is not worth its syncs

/// The number of a generation's directory, of 8 digits; nullopt for another name.
std::optional<std::uint64_t> generation_of(const std::string& name) {
    std::uint64_t number = 0;
    const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), number);
    if (error != std::errc{} || end != name.data() + name.size() || name.size() != 8) return std::nullopt;
    return number;
}

Bytes put_record(const Transaction& payment) {
    Bytes out{put_kind};
    append(out, encode(payment));
    return out;
}

Bytes id_record(Byte kind, const TxId& id) {
    Bytes out{kind};
    append(out, id.bytes);
    return out;
}

} // namespace

Outbox::Outbox(FileSystem& files, Path directory, const LogOptions& options)
    : files_(&files), directory_(std::move(directory)), options_(options) {
    files_->make_directory(directory_);
    // The highest generation is the one in use; what else there is, a crash left behind.
    const std::vector<std::string> names = files_->list(directory_);
    for (const std::string& name : names)
        if (const auto number = generation_of(name)) generation_ = std::max(generation_, *number);
    if (names.size() > 1)
        files_->sync_directory(directory_); // before the one goes that may be the durable one
    for (const std::string& name : names)
        if (generation_of(name) != generation_) remove_tree(*files_, directory_ / name);
    log_.emplace(*files_, generation_path(generation_), options_);
    replay();
}

Path Outbox::generation_path(std::uint64_t generation) const {
    const std::string digits = std::to_string(generation);
    return directory_ / (std::string(8 - std::min<std::size_t>(8, digits.size()), '0') + digits);
}

void Outbox::replay() {
    RecordLog::Cursor cursor = log_->cursor();
    while (const auto record = cursor.next()) {
        const ByteView payload = record->payload;
        const ByteView body = payload.subspan(1);
        if (payload[0] == put_kind) {
            if (const auto payment = decode_transaction(body)) {
                remember(*payment);
                continue;
            }
        }
        const bool is_known = payload[0] == erase_kind || payload[0] == told_kind;
        if (!is_known || body.size() != TxId{}.bytes.size())
            throw DamagedStore(generation_path(generation_).string(), record->position.offset,
                               "a record that is no payment");
        TxId id;
        std::copy(body.begin(), body.end(), id.bytes.begin());
        if (payload[0] == erase_kind)
            forget(id);
        else if (contains(id))
            told_.insert(id);
    }
}

void Outbox::remember(const Transaction& payment) {
    places_.emplace(payment.id(), next_);
    payments_.emplace(next_++, payment);
    live_bytes_ += payment.size();
}

void Outbox::forget(const TxId& id) {
    const auto place = places_.find(id);
    if (place == places_.end()) return;
    const auto payment = payments_.find(place->second);
    live_bytes_ -= payment->second.size();
    dead_bytes_ += payment->second.size();
    told_.erase(id);
    payments_.erase(payment);
    places_.erase(place);
}

void Outbox::put(const Transaction& payment) {
    if (contains(payment.id())) return;
    log_->append(put_record(payment));
    remember(payment);
}

void Outbox::erase(const TxId& id) {
    if (!contains(id)) return;
    log_->append(id_record(erase_kind, id));
    forget(id);
}

void Outbox::note_told(const TxId& id) {
    if (!contains(id) || !told_.insert(id).second) return;
    log_->append(id_record(told_kind, id));
}

bool Outbox::has_unsynced() const { return log_->has_unsynced(); }

void Outbox::sync() {
    log_->sync();
    if (dead_bytes_ > least_dead_bytes && dead_bytes_ > 3 * live_bytes_) compact();
}

void Outbox::compact() {
    const Path fresh = generation_path(generation_ + 1);
    Path unfinished = fresh;
    unfinished += ".new";
    remove_tree(*files_, unfinished);
    {
        RecordLog log(*files_, unfinished, options_);
        for (const auto& [number, payment] : payments_) {
            log.append(put_record(payment));
            if (is_told(payment.id())) log.append(id_record(told_kind, payment.id()));
        }
        log.sync();
    }
    // The moment from which on it counts; the former generation goes after it.
    files_->rename(unfinished, fresh);
    files_->sync_directory(directory_);
    log_.emplace(*files_, fresh, options_);
    remove_tree(*files_, generation_path(generation_));
    ++generation_;
    dead_bytes_ = 0;
}

std::vector<Transaction> Outbox::all() const {
    std::vector<Transaction> out;
    out.reserve(payments_.size());
    for (const auto& [number, payment] : payments_) out.push_back(payment);
    return out;
}

void Outbox::close() { log_->close(); }

} // namespace cairn::store
