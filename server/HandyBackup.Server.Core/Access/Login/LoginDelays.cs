using System.Net;
using HandyBackup.Catalog;

namespace HandyBackup.Server.Core;

/// <summary>Makes guessing passwords slow, by account and by address, and locks an account for a while that was guessed at too often. Safe to share between threads.</summary>
internal sealed class LoginDelays(TimeProvider time)
{
    /// <summary>How many failures in a row lock an account.</summary>
    public const int LockingFailures = 10;

    /// <summary>How long an account is locked.</summary>
    public static readonly TimeSpan LockTime = TimeSpan.FromMinutes(15);

    private readonly AddressDelays _addresses = new(time);
    private readonly GuessDelays<string> _accounts = new(time);

    /// <summary>Waits as long as a login has to. It counts as failed until <see cref="Succeed"/>.</summary>
    /// <param name="account">The name that was shown, whether somebody has it or not; null where none was.</param>
    /// <param name="address">Where the caller comes from.</param>
    /// <param name="cancellationToken">Stops the waiting.</param>
    /// <returns>True if the account is locked: then the login must fail, right or wrong.</returns>
    public async Task<bool> EnterAsync(string? account, IPAddress? address, CancellationToken cancellationToken)
    {
        TimeSpan delay = _addresses.Enter(address);
        bool isLocked = false;
        if (account is not null)
        {
            string key = NameKey.Of(account);
            (int count, TimeSpan age) = _accounts.HistoryOf(key);
            isLocked = count >= LockingFailures && age < LockTime;

            // What comes in while it is locked does not prolong it: else a stranger could keep it locked for ever.
            TimeSpan byAccount = isLocked ? _accounts.DelayOf(key) : _accounts.Enter(key);
            delay = byAccount > delay ? byAccount : delay;
        }

        if (delay > TimeSpan.Zero)
        {
            await Task.Delay(delay, time, cancellationToken);
        }

        return isLocked;
    }

    /// <summary>Says that a login that was let in was right.</summary>
    public void Succeed(string? account, IPAddress? address)
    {
        _addresses.Leave(address);
        if (account is not null)
        {
            _accounts.Forget(NameKey.Of(account));
        }
    }
}
