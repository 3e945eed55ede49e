using System.Security.Cryptography;
using HandyBackup.Agent.Core.Home;

namespace HandyBackup.Windows.Tests.Home;

/// <summary>The agent's key as Windows seals it.</summary>
public sealed class KeyProtectionTests
{
    private static readonly byte[] s_key = [.. Enumerable.Range(0, 138).Select(value => (byte)value)];

    [Fact]
    public void Sealed_key_opens_and_shows_nothing_of_itself()
    {
        var protection = new DpapiProtection();
        byte[] content = protection.Protect(s_key);
        Assert.Equal(-1, content.AsSpan().IndexOf(s_key.AsSpan(0, 16)));
        Assert.Equal(s_key, protection.Unprotect(content));
    }

    [Fact]
    public void Altered_content_is_an_error_and_no_other_key()
    {
        var protection = new DpapiProtection();
        byte[] content = protection.Protect(s_key);
        content[^20] ^= 1;
        Assert.ThrowsAny<CryptographicException>(() => protection.Unprotect(content));
    }
}
