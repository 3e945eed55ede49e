using System.Security.Cryptography;
using HandyBackup.Catalog;

namespace HandyBackup.Server.Core;

/// <summary>Compares one-time codes with the sealed secrets of users; each is good once. Safe to share between threads.</summary>
internal sealed class OneTimeCodeCheck(ICatalog catalog, SecretSealer sealer, TimeProvider time)
{
    /// <summary>Seals the secret of a user's codes.</summary>
    public byte[] Seal(Guid user, ReadOnlySpan<byte> secret) => sealer.Seal(secret, ContextOf(user));

    /// <summary>True if the code is the secret's, of now, and neither it nor a later one was used before. Then it is used up.</summary>
    /// <param name="user">The user.</param>
    /// <param name="sealedSecret">The secret.</param>
    /// <param name="code">What was shown; null for nothing.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    public async Task<bool> UseAsync(Guid user, byte[] sealedSecret, string? code, CancellationToken cancellationToken)
    {
        byte[] secret = sealer.OpenBytes(sealedSecret, ContextOf(user));
        long? step = OneTimeCodes.FindStep(secret, code?.Trim() ?? "", time.GetUtcNow());
        CryptographicOperations.ZeroMemory(secret);
        return step is { } found && await catalog.Users.UseCodeAsync(user, found, cancellationToken);
    }

    private static string ContextOf(Guid user) => "one-time-code:" + user.ToString();
}
