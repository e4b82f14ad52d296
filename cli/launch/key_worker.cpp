#include <cli/launch/key_worker.hpp>

#include <atomic>
#include <chrono>
#include <exception>
#include <future>
#include <memory>
#include <thread>

namespace cairn::cli {

namespace {

using SteadyClock = std::chrono::steady_clock;
constexpr std::size_t key_size = 32;

std::uint64_t ms_since(SteadyClock::time_point began) {
    const auto span = std::chrono::duration_cast<std::chrono::milliseconds>(SteadyClock::now() - began);
    return static_cast<std::uint64_t>(span.count());
}

/// ms that it will take here, by a run of a sixty-fourth of the work; 0 where that is too little to tell.
std::uint64_t expected_ms(const crypto::SecretBytes& password, const ByteArray<32>& salt,
                          crypto::ScryptParameters parameters) {
    constexpr std::uint8_t less = 6; // powers of two
    if (parameters.log2_n < 16) return 0;
    parameters.log2_n = static_cast<std::uint8_t>(parameters.log2_n - less);
    const auto began = SteadyClock::now();
    crypto::scrypt(password.view(), salt, parameters, key_size);
    const std::chrono::duration<double, std::milli> span = SteadyClock::now() - began;
    return static_cast<std::uint64_t>(span.count() * (1u << less));
}

} // namespace

std::optional<crypto::BoxKey> derive_key_aside(Progress& progress, crypto::SecretBytes password,
                                               const ByteArray<32>& salt,
                                               const crypto::ScryptParameters& parameters,
                                               const std::stop_token& stop) {
    const auto began = SteadyClock::now();
    const auto expected = std::make_shared<std::atomic<std::uint64_t>>(0);
    std::promise<crypto::BoxKey> promise;
    auto key = promise.get_future();
    // Joined by nobody: scrypt cannot be stopped, and whoever gave it up is not to wait for its end.
    std::thread([password = std::move(password), salt, parameters, expected,
                 promise = std::move(promise)]() mutable {
        try {
            *expected = expected_ms(password, salt, parameters);
            promise.set_value(crypto::scrypt(password.view(), salt, parameters, key_size));
        } catch (...) { // memory
            promise.set_exception(std::current_exception());
        }
    }).detach();
    const ProgressScope shown(progress, "Deriving the key", "", 100);
    while (key.wait_for(std::chrono::milliseconds(20)) != std::future_status::ready) {
        if (stop.stop_requested()) return std::nullopt;
        constexpr std::uint64_t nearly_all = 99; // percent: an estimate may be too short
        if (const auto whole = expected->load(); whole > 0)
            progress.update(std::min(nearly_all, ms_since(began) * 100 / whole));
    }
    return key.get();
}

} // namespace cairn::cli
