using System.Text;
using HandyBackup.Contracts;

namespace HandyBackup.Server.Core.Tests;

public sealed class SecretSealerTests
{
    private static readonly byte[] s_key = [.. Enumerable.Range(0, 32).Select(i => (byte)i)];

    [Theory]
    [InlineData("")]
    [InlineData("pässword 🔑")]
    public void Sealed_secret_opens_again_and_does_not_show(string secret)
    {
        using var sealer = new SecretSealer(s_key);
        byte[] sealedSecret = sealer.Seal(secret, "here");

        Assert.Equal(secret, sealer.Open(sealedSecret, "here"));
        Assert.True(secret.Length == 0 || sealedSecret.AsSpan().IndexOf(Encoding.UTF8.GetBytes(secret)) < 0);
        Assert.NotEqual(sealedSecret, sealer.Seal(secret, "here"));
    }

    [Fact]
    public void Sealed_bytes_open_again()
    {
        using var sealer = new SecretSealer(s_key);
        byte[] secret = [0, 255, 128, 0];

        Assert.Equal(secret, sealer.OpenBytes(sealer.Seal(secret.AsSpan(), "here"), "here"));
    }

    [Fact]
    public void Many_threads_at_once_seal_and_open_what_is_theirs()
    {
        using var sealer = new SecretSealer(s_key);

        Parallel.For(0, 20_000, new ParallelOptions { MaxDegreeOfParallelism = 8 }, i => Assert.Equal($"secret {i}", sealer.Open(sealer.Seal($"secret {i}", "here"), "here")));
    }

    [Fact]
    public void Secret_does_not_open_elsewhere_altered_or_with_another_key()
    {
        using var sealer = new SecretSealer(s_key);
        using var other = new SecretSealer(new byte[32]);
        byte[] sealedSecret = sealer.Seal("secret", "here");

        Assert.Equal(ErrorCode.ServerKeyUnusable, Assert.Throws<HandyBackupException>(() => sealer.Open(sealedSecret, "there")).Code);
        Assert.Equal(ErrorCode.ServerKeyUnusable, Assert.Throws<HandyBackupException>(() => other.Open(sealedSecret, "here")).Code);
        for (int i = 0; i < sealedSecret.Length; i++)
        {
            byte[] altered = [.. sealedSecret];
            altered[i] ^= 1;
            Assert.Throws<HandyBackupException>(() => sealer.Open(altered, "here"));
            Assert.Throws<HandyBackupException>(() => sealer.Open(sealedSecret.AsSpan(0, i), "here"));
        }
    }
}
