using System.Security.Cryptography;
using HandyBackup.Contracts;
using OtpNet;

namespace HandyBackup.Server.Core;

/// <summary>One-time codes by time (RFC 6238), as every authenticator knows them: SHA-1, six digits, thirty seconds.</summary>
internal static class OneTimeCodes
{
    private const int SecretSize = 20;
    private const int SecondsPerStep = 30;

    // Clocks differ, and typing takes time: one step to either side.
    private static readonly VerificationWindow s_tolerance = new(previous: 1, future: 1);

    /// <summary>A new random secret.</summary>
    public static byte[] NewSecret() => RandomNumberGenerator.GetBytes(SecretSize);

    /// <summary>What a device is given to make the codes of a secret.</summary>
    public static OneTimeCodeSecret Describe(ReadOnlySpan<byte> secret, string user, string server)
    {
        string text = Base32.Encode(secret);
        string label = Uri.EscapeDataString($"Handy Backup {server}:{user}");
        string uri = $"otpauth://totp/{label}?secret={text}&issuer={Uri.EscapeDataString("Handy Backup " + server)}";
        return new OneTimeCodeSecret(new Secret { Value = text }, new Secret { Value = uri });
    }

    /// <summary>The newest step of time whose code would be accepted now.</summary>
    public static long NewestStep(DateTimeOffset now) => (now.ToUnixTimeSeconds() / SecondsPerStep) + 1;

    /// <summary>The step of time whose code this is, if it is near; else null.</summary>
    public static long? FindStep(byte[] secret, string code, DateTimeOffset now) =>
        new Totp(secret).VerifyTotp(now.UtcDateTime, code, out long step, s_tolerance) ? step : null;
}
