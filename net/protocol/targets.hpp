// Which connections the node seeks, and when it tries again. Decides only: the driver dials. Owned by the
// node.
#pragma once

#include <base/instant.hpp>
#include <base/random.hpp>
#include <protocol/io.hpp>

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace cairn::net {

/// Who waits for the outcome of an attempt.
struct Asker {
    RequestId id = 0;
    bool keep = false; ///< wants it kept for later runs, where it succeeds
};

/// A place that is sought until it is given up: the user named it.
struct Target {
    std::string host;
    std::uint16_t port = 0;
    bool keep = false;         ///< in later runs, too
    bool insist = false;       ///< goes on where the first attempt fails
    std::vector<Asker> askers; ///< wait for the attempt that is under way, or due

    std::string name() const;
};

class Targets {
  public:
    static constexpr std::uint64_t first_pause_ms = 500; ///< doubles with each failure
    static constexpr std::uint64_t longest_pause_ms = 30'000;
    static constexpr std::uint64_t lasting_ms = 60'000; ///< a connection as long as that was no failure
    static constexpr std::size_t max_targets = 256;

    /// False where it is sought already, or there are too many.
    bool add(Target target, Instant now);
    /// By name (HOST:PORT). What of it is being dialled or connected goes on without it.
    std::optional<Target> remove(const std::string& name);
    bool has(const std::string& name) const;
    Target* find(const std::string& name);
    /// The attempt that is under way, or led to a connection.
    std::optional<DialId> dial_of(const std::string& name) const;
    /// Where it waits between two attempts, the next begins now.
    void hasten(const std::string& name, Instant now);
    std::vector<Target> targets() const;

    /// An address of the book, or one that was heard of: tried once.
    Dial dial_once(const Endpoint& at);
    std::optional<Endpoint> once(DialId dial) const; ///< the address of such an attempt
    /// Attempts of this kind that are under way or led to a connection.
    std::size_t once_count() const { return once_.size(); }

    /// To see whose listener stands where an inbound peer says that its own does.
    Dial dial_to_confirm(const Endpoint& at, PeerId whose);
    std::optional<PeerId> confirms(DialId dial) const;
    std::size_t confirming() const { return confirming_.size(); }

    /// All that is being dialled or connected, as far as the address is known.
    std::vector<Endpoint> places() const;

    /// The attempts that begin now.
    std::vector<Dial> due(Instant now);
    /// Of a dial or of the connection that came of it; nullptr where no target stands behind it (any more).
    Target* target_of(DialId dial);
    /// Both sides said HELLO.
    void succeeded(DialId dial, Instant now);
    /// What it led to was of use, however long it lasts: the next loss begins with a short pause again.
    void proved(DialId dial);
    /// The attempt failed or the connection ended: tries again after a pause, up to a half longer by chance.
    /// One that ends soon after HELLO counts as failed: so end those that the other side does not want.
    void ended(DialId dial, Instant now, Random& random);

    /// An attempt of a target that was never connected is under way.
    bool is_trying_first() const;
    /// Some target is being dialled, or connected.
    bool any_under_way() const;
    std::optional<std::uint64_t> wake_at() const;

  private:
    struct Entry {
        Target target;
        std::optional<DialId> dial; ///< being dialled, or connected
        std::uint64_t next_ms = 0;
        std::uint64_t pause_ms = first_pause_ms;
        std::optional<std::uint64_t> since_ms; ///< both said HELLO
        bool tried = false;                    ///< the outcome of the first attempt is known
    };
    std::map<std::string, Entry> entries_;
    std::map<DialId, std::string> names_;
    std::map<DialId, Endpoint> once_;
    std::map<DialId, PeerId> confirming_;
    std::uint64_t last_dial_ = 0;
};

} // namespace cairn::net
