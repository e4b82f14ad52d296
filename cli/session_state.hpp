// What a session holds. Of the files session*.cpp alone. Owned by the interface thread.
#pragma once

#include <cli/launch/data_directory.hpp>
#include <cli/launch/options.hpp>
#include <cli/launch/settings.hpp>
#include <cli/launch/signals.hpp>
#include <cli/open_wallets.hpp>
#include <cli/output/streams.hpp>
#include <cli/output/terminal_progress.hpp>
#include <cli/payment_watch.hpp>
#include <cli/session.hpp>
#include <crypto/random.hpp>
#include <transport/core.hpp>
#include <wallet/contacts.hpp>
#include <wallet/wallet_directory.hpp>

#include <optional>

namespace cairn::cli {

class SystemClock final : public Clock {
  public:
    Time now() const override {
        const auto since = std::chrono::system_clock::now().time_since_epoch();
        return {
            static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::milliseconds>(since).count())};
    }
};

struct Session::State {
    State(LaunchOptions options_in, Settings settings_in, std::filesystem::path directory_in,
          Streams& streams_in, Signals& signals_in, bool smart_terminal)
        : options(std::move(options_in)),
          settings(std::move(settings_in)),
          directory(std::move(directory_in)),
          streams(streams_in),
          signals(signals_in),
          progress(streams_in, smart_terminal) {}

    LaunchOptions options;
    Settings settings;
    std::filesystem::path directory;
    Streams& streams;
    Signals& signals;
    SystemClock clock;
    crypto::SystemRandom random;
    TerminalProgress progress;
    std::map<std::string, std::string> variables;
    LineOverrides line;
    RecordSink tap;
    EventSink notices;
    PaymentSink payments;
    std::chrono::steady_clock::time_point began = std::chrono::steady_clock::now();
    std::optional<crypto::SecretBytes> descriptor_secret; ///< a descriptor can be read once

    // In the order of opening; closed the other way round.
    std::optional<ScratchDirectory> scratch;
    std::optional<consensus::Network> network;
    std::optional<DataDirectory> lock;
    std::optional<wallet::WalletDirectory> wallets;
    std::optional<wallet::Contacts> contacts;
    std::optional<OpenWallets> open_wallets;
    std::unique_ptr<net::Core> core;
    std::optional<PaymentWatch> watch; ///< while somebody listens to events
};

} // namespace cairn::cli
