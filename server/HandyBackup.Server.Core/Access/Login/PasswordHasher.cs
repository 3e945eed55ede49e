using System.Security.Cryptography;
using System.Text;

namespace HandyBackup.Server.Core;

/// <summary>Hashes and compares users' passwords, one at a time: each takes memory, and strangers decide how many are asked for. Safe to share between threads.</summary>
internal sealed class PasswordHasher(PasswordCost cost)
{
    private readonly TurnTaking _turns = new();

    // What the password of somebody who is not there is compared with, so that it takes as long as any other.
    private string? _nobody;

    /// <summary>Hashes a password.</summary>
    public Task<string> HashAsync(string password, CancellationToken cancellationToken) =>
        WorkAsync(() => WithBytes(password, bytes => Argon2id.Hash(bytes, cost)), cancellationToken);

    /// <summary>True if a hash is that of a password.</summary>
    /// <param name="hash">The hash; null where there is none: then it is false, after the same work.</param>
    /// <param name="password">The password; null is as good as a wrong one.</param>
    /// <param name="cancellationToken">Stops the waiting.</param>
    public Task<bool> VerifyAsync(string? hash, string? password, CancellationToken cancellationToken) => WorkAsync(
        () =>
        {
            _nobody ??= Argon2id.Hash(RandomNumberGenerator.GetBytes(16), cost);
            return WithBytes(password ?? "", bytes => Argon2id.Verify(hash ?? _nobody, bytes)) && hash is not null && password is not null;
        },
        cancellationToken);

    private static T WithBytes<T>(string password, Func<byte[], T> use)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(password);
        try
        {
            return use(bytes);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(bytes);
        }
    }

    private async Task<T> WorkAsync<T>(Func<T> work, CancellationToken cancellationToken)
    {
        using IDisposable turn = await _turns.WaitAsync(cancellationToken);
        return await Task.Run(work, CancellationToken.None);
    }
}
