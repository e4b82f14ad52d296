// Session: all that a command may use. Made once a run, owned by the interface thread, which alone calls it.
// The data directory and the core are opened by the dispatcher when the first command needs them.
#pragma once

#include <base/random.hpp>
#include <base/time.hpp>
#include <cli/answer.hpp>
#include <consensus/parameters.hpp>
#include <crypto/secret.hpp>
#include <protocol/io.hpp>

#include <chrono>
#include <filesystem>
#include <functional>
#include <future>
#include <map>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace cairn::net {
class Core;
} // namespace cairn::net
namespace cairn::crypto {
struct ScryptParameters;
} // namespace cairn::crypto
namespace cairn::wallet {
class Contacts;
class Wallet;
class WalletDirectory;
} // namespace cairn::wallet

namespace cairn::cli {

struct LaunchOptions;
struct Settings;
class OpenWallets;
struct OwnPayment;
class Progress;
class Signals;
class Streams;
enum class Needs;

class Session {
  public:
    /// `directory`: the data directory's place; empty with --scratch.
    Session(LaunchOptions options, Settings settings, std::filesystem::path directory, Streams& streams,
            Signals& signals);
    ~Session();
    Session(const Session&) = delete;
    Session& operator=(const Session&) = delete;

    // --- the network (Needs::network): made from --network, the directory's record, or `main` ---
    const consensus::Network& network() const;
    const std::string& prefix() const { return network().parameters().prefix; }
    const std::string& ticker() const { return network().parameters().ticker; }
    std::string to_text(const crypto::Address& address) const;

    // --- the data directory (Needs::directory) ---
    const std::filesystem::path& directory() const;
    wallet::WalletDirectory& wallets();
    Expected<wallet::Contacts*> contacts();
    /// Kept open, so that what was unlocked stays so until it is locked or the run ends. not_found (4).
    Expected<wallet::Wallet*> wallet(std::string_view name);
    /// That of --wallet, else the directory's current one; no_wallet (4).
    Expected<wallet::Wallet*> current_wallet();
    Expected<std::string> current_wallet_name() const;
    OpenWallets& open_wallets();
    /// Makes sure that the secret is at hand: asks for the password where it is locked. Exit 5.
    Expected<void> unlock(wallet::Wallet& wallet);
    /// For wallets: shows progress, and Ctrl-C gives it up (given_up, which becomes exit 130 or 7).
    std::function<std::optional<crypto::SecretBytes>(crypto::SecretBytes, const ByteArray<32>&,
                                                     const crypto::ScryptParameters&)>
    key_deriver();

    // --- the chain (Needs::core) ---
    net::Core& core();
    /// Waits for a future of the core; Ctrl-C or the run's --timeout end the waiting (exit 130, 7). What was
    /// asked goes on being carried out, and the future stays the caller's.
    template <typename T> Expected<T> wait_for(std::future<T>&& future) {
        auto waited = wait_until_ready([&future](std::chrono::milliseconds span) {
            return future.wait_for(span) == std::future_status::ready;
        });
        if (!waited) return fail(std::move(waited.error()));
        return future.get();
    }

    /// Whether lines of a script may be prepared before those in front of them are answered: nobody is asked,
    /// and no events are told of between them.
    bool may_go_ahead() const;

    /// Waits at most so long for something to happen to the chain; returns whether it did. Exit 130, 7.
    Expected<bool> wait_for_events(std::chrono::milliseconds at_most);
    /// Waits so long in any case, dealing with events meanwhile. Exit 130, 7.
    Expected<void> pause(std::chrono::milliseconds span);
    /// Hands over the events that came: to --events, the prompt's notices and the tap. Called by the waits
    /// above and between lines. Throws Fault where the node has stopped.
    void pump();
    using EventSink = std::function<void(const net::Event&)>;
    using RecordSink = std::function<void(const boost::json::object&)>;
    /// `events --follow`: sees every record of --events until it is taken back with nullptr.
    void set_event_tap(RecordSink tap);

    // --- the user ---
    /// A password of an existing wallet: from --password-file/-fd, CAIRN_PASSWORD_FILE, or the terminal
    /// without echo. `what` names it: "Password of alice". Exit 5 (`no_password`) where nobody can be asked.
    Expected<crypto::SecretBytes> ask_password(std::string_view what);
    /// A new one, typed twice at a terminal.
    Expected<crypto::SecretBytes> ask_new_password(std::string_view what);
    /// Another secret on one line without echo (a mnemonic). `flag` names the option that would do instead.
    Expected<crypto::SecretBytes> ask_secret(std::string_view what, std::string_view flag);
    /// Ok where the user agrees, or --yes was given, in the launch or on the line. `question` without the
    /// mark. `must_type`: what has to be typed out rather than `y` (a high fee). Exit 8: declined, needs_yes.
    Expected<void> confirm(std::string_view question, std::string_view must_type = {});
    /// Whether somebody can be asked: standard input and standard error are terminals.
    bool can_ask() const;
    /// A message for standard error, above the prompt's line: plain text, escaped by the caller where it is
    /// foreign.
    void remark(std::string_view text);
    /// Of a long work: shown after 300 ms, on standard error, at a terminal.
    Progress& progress();

    // --- the run ---
    Time now() const;
    Random& random();
    std::chrono::milliseconds uptime() const;
    std::stop_token stop() const; ///< set by Ctrl-C, SIGTERM and --timeout; look at it every 100 ms or so
    /// Why `stop` was set: interrupted (130) or timeout (7).
    Failure stop_failure() const;
    /// The same of a long work, with how far it came.
    Failure stopped_at(const std::string& reached) const {
        auto failure = stop_failure();
        failure.message += ": " + reached;
        return failure;
    }
    const LaunchOptions& launch() const;
    Settings& settings();
    std::map<std::string, std::string>& variables(); ///< of `set`; `_` is the last id

    // --- for the dispatcher ---
    /// Sees to what a command needs: wrong_network (1), in_use (10), damaged (11), failed (1).
    Expected<void> provide(Needs needs);
    bool core_is_open() const;
    /// --yes and --wallet of one line.
    struct LineOverrides {
        bool yes = false;
        std::string wallet;
    };
    void set_line(LineOverrides overrides);
    using PaymentSink = std::function<void(const OwnPayment&)>;
    /// Where events go beside the tap, and payments that began to wait for a block: the prompt's notices.
    void set_notices(EventSink events, PaymentSink payments);
    /// For poll(2): readable while events wait; -1 while no core is open.
    int notice_descriptor() const;
    Signals& signals();
    Streams& streams();
    /// Closes the core cleanly, and removes a scratch directory.
    void close();

  private:
    Expected<void> wait_until_ready(const std::function<bool(std::chrono::milliseconds)>& ready);
    Expected<void> stopped_or_fine() const;
    void pump(bool look);
    void watch_while_heard();
    void tell(const std::vector<boost::json::object>& records);
    struct State;
    std::unique_ptr<State> state_;
};

} // namespace cairn::cli
