using System.Security.Cryptography;
using System.Text;
using HandyBackup.Contracts;

namespace HandyBackup.Repository;

/// <summary>Derives the key that seals a master key from a password (restic's internal/crypto/kdf.go).</summary>
internal static class Scrypt
{
    /// <summary>Length of a salt; restic refuses any other.</summary>
    public const int SaltLength = 64;

    private const int BlockUnit = 128;

    // restic uses at most 60 MiB and half a second. A damaged or forged key file must not eat all memory or hours; others' keys still have room.
    private const long MostMemory = 1L << 30;
    private const long MostWork = 1L << 34;

    private const int CalibratedN = 32768;
    private const int CalibratedR = 8;
    private const int MostCalibratedP = 64;
    private static readonly TimeSpan s_calibratedTime = TimeSpan.FromMilliseconds(500);

    /// <summary>True if scrypt is defined for the parameters, and neither its memory nor its time is absurd.</summary>
    public static bool IsAcceptable(ScryptCost cost)
    {
        if (cost.N < 2 || !int.IsPow2(cost.N) || cost.R < 1 || cost.P < 1)
        {
            return false;
        }

        Int128 memory = (Int128)BlockUnit * cost.R * ((Int128)cost.N + cost.P);
        return memory <= MostMemory && (Int128)BlockUnit * cost.N * cost.R * cost.P <= MostWork;
    }

    /// <summary>Derives a key. Takes as long and as much memory as the cost says.</summary>
    /// <param name="password">The password; its UTF-8 bytes are used.</param>
    /// <param name="salt">The salt.</param>
    /// <param name="cost">An acceptable cost.</param>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.InternalError"/> if the memory cannot be had.</exception>
    public static MasterKey DeriveKey(string password, ReadOnlySpan<byte> salt, ScryptCost cost)
    {
        Span<byte> material = stackalloc byte[MasterKey.KeyMaterialSize];
        byte[] bytes = Encoding.UTF8.GetBytes(password);
        try
        {
            return Libsodium.TryScrypt(bytes, salt, cost, material)
                ? MasterKey.FromKeyMaterial(material)
                : throw new HandyBackupException(ErrorCode.InternalError, $"There is not enough memory to derive a key from the password: {(long)BlockUnit * cost.N * cost.R / 1048576} MiB are needed.")
                {
                    Advice = "Try again when other programs use less memory.",
                    IsTransient = true,
                };
        }
        finally
        {
            CryptographicOperations.ZeroMemory(bytes);
            CryptographicOperations.ZeroMemory(material);
        }
    }

    /// <summary>Finds the cost that takes about half a second on this machine, as restic does: N by memory, then P by time. Takes about half a second itself.</summary>
    public static ScryptCost Calibrate(TimeProvider time)
    {
        var cost = new ScryptCost(CalibratedN, CalibratedR, 1);
        TimeSpan duration = Measure(cost, time);
        while (duration > s_calibratedTime && cost.N > 2)
        {
            cost = cost with { N = cost.N / 2 };
            duration = Measure(cost, time);
        }

        long p = s_calibratedTime.Ticks / Math.Max(1, duration.Ticks);
        return cost with { P = (int)Math.Clamp(p, 1, MostCalibratedP) };
    }

    private static TimeSpan Measure(ScryptCost cost, TimeProvider time)
    {
        long start = time.GetTimestamp();
        DeriveKey("a password of usual length", new byte[SaltLength], cost).Dispose();
        return time.GetElapsedTime(start);
    }
}
