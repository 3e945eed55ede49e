using System.Runtime.Versioning;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using HandyBackup.Agent.Core.Connection;
using HandyBackup.Agent.Core.Home;
using HandyBackup.Contracts;
using HandyBackup.Testing;

namespace HandyBackup.Agent.Core.Tests.Home;

public sealed class CredentialFileTests : IDisposable
{
    private static readonly DateTimeOffset s_start = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private readonly TempFolder _folder = new();
    private readonly TestAuthority _authority = new();
    private readonly ECDsa _key = AgentKey.Create();
    private readonly Guid _agent = Guid.NewGuid();

    private AgentHome Home => new(_folder.Path);

    [Fact]
    public void What_was_written_is_read_with_its_key()
    {
        CredentialFile file = Written(new FileRightsProtection());
        using AgentCredential credential = file.Read();
        Assert.Equal(_agent.ToString(), credential.AgentId);
        Assert.Equal(_authority.Certificate, credential.Authority.RawData);
        byte[] data = [1, 2, 3];
        using ECDsa? signing = credential.Certificate.GetECDsaPrivateKey();
        Assert.True(_key.VerifyData(data, signing!.SignData(data, HashAlgorithmName.SHA256), HashAlgorithmName.SHA256));
    }

    [Fact]
    public void It_should_be_renewed_when_a_third_of_its_life_is_left()
    {
        using AgentCredential credential = Written(new FileRightsProtection()).Read();
        Assert.Equal(s_start.AddDays(300), credential.Expires);
        Assert.Equal(s_start.AddDays(200), credential.RenewFrom);
    }

    [Fact]
    [UnsupportedOSPlatform("windows")]
    public void Nobody_else_may_read_the_file_even_if_an_open_one_was_left_behind()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Unix modes");
        File.WriteAllText(Home.CredentialFile + ".new", "left behind");
        File.SetUnixFileMode(Home.CredentialFile + ".new", (UnixFileMode)0b110_110_110);
        Written(new FileRightsProtection());
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Home.CredentialFile));
        Assert.False(File.Exists(Home.CredentialFile + ".new"));
    }

    // DPAPI exists on Windows alone: what is proved here is that the key goes through the protection and nothing of it around.
    [Fact]
    public void A_sealed_key_is_nowhere_in_the_file()
    {
        CredentialFile file = Written(new ReversingProtection());
        string text = File.ReadAllText(Home.CredentialFile);
        Assert.Contains("SEALED", text, StringComparison.Ordinal);
        Assert.DoesNotContain("PRIVATE KEY", text, StringComparison.Ordinal);
        Assert.DoesNotContain(Convert.ToBase64String(_key.ExportPkcs8PrivateKey())[..32], text, StringComparison.Ordinal);
        using AgentCredential credential = file.Read();
        Assert.Equal(_agent.ToString(), credential.AgentId);
    }

    [Fact]
    public void A_certificate_for_another_key_is_not_written()
    {
        using ECDsa other = AgentKey.Create();
        byte[] certificate = Sign(other);
        var file = new CredentialFile(Home, new FileRightsProtection());
        Assert.Equal(ErrorCode.AgentCredentialDamaged, Assert.Throws<HandyBackupException>(() => file.Write(_key, certificate, _authority.Certificate)).Code);
        Assert.Equal(ErrorCode.AgentCredentialDamaged, Assert.Throws<HandyBackupException>(() => file.Write(_key, [1, 2], _authority.Certificate)).Code);
        Assert.False(file.Exists);
        Assert.Equal(ErrorCode.AgentNotEnrolled, Assert.Throws<HandyBackupException>(file.Read).Code);
    }

    [Fact]
    public void Every_truncation_is_an_error_that_shows_nothing_of_the_key()
    {
        CredentialFile file = Written(new FileRightsProtection());
        byte[] whole = File.ReadAllBytes(Home.CredentialFile);
        string keyLine = Encoding.ASCII.GetString(whole).Split('\n')[1];
        for (int length = 0; length < whole.Length - 2; length += 7)
        {
            File.WriteAllBytes(Home.CredentialFile, whole[..length]);
            HandyBackupException exception = Assert.Throws<HandyBackupException>(() => file.Read().Dispose());
            Assert.Equal(ErrorCode.AgentCredentialDamaged, exception.Code);
            Assert.DoesNotContain(keyLine[..16], exception.ToString(), StringComparison.Ordinal);
        }
    }

    public void Dispose()
    {
        _key.Dispose();
        _authority.Dispose();
        _folder.Dispose();
    }

    private byte[] Sign(ECDsa key) => _authority.Sign(AgentKey.Request(key), _agent, s_start, TimeSpan.FromDays(300));

    private CredentialFile Written(IKeyProtection protection)
    {
        var file = new CredentialFile(Home, protection);
        file.Write(_key, Sign(_key), _authority.Certificate);
        return file;
    }

    private sealed class ReversingProtection : IKeyProtection
    {
        public string PemLabel => "SEALED";

        public byte[] Protect(byte[] key) => [.. key.AsEnumerable().Reverse()];

        public byte[] Unprotect(byte[] content) => Protect(content);
    }
}
