using HandyBackup.Contracts;

namespace HandyBackup.Module;

/// <summary>Fingerprints of servers as users type them.</summary>
internal static class FingerprintText
{
    /// <summary>Reads a fingerprint. Other programs write them with colons.</summary>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.InvalidArgument"/>.</exception>
    public static Sha256Hash Parse(string text) => Sha256Hash.TryParse(text.Replace(":", "").Trim(), out Sha256Hash fingerprint)
        ? fingerprint
        : throw new HandyBackupException(ErrorCode.InvalidArgument, $"'{text}' is no fingerprint: 64 hexadecimal digits are expected.")
        {
            Target = text,
            Advice = "Get-HBServer on the server's machine shows it.",
        };
}
