using System.Security.Cryptography;
using System.Text;

namespace HandyBackup.Sources.Files.Linux.Restore;

/// <summary>Names for what is not complete yet. Nobody can guess them, so nobody can plant something there beforehand.</summary>
internal static class TemporaryName
{
    /// <summary>A new name, with a final 0.</summary>
    public static byte[] Next() => Encoding.ASCII.GetBytes($".handybackup-{RandomNumberGenerator.GetHexString(24, lowercase: true)}\0");
}
