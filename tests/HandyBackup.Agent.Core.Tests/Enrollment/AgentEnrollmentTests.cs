using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using HandyBackup.Agent.Core.Enrollment;
using HandyBackup.Agent.Core.Home;
using HandyBackup.Agent.Core.Tests.Kit;
using HandyBackup.Contracts;
using HandyBackup.Testing;

namespace HandyBackup.Agent.Core.Tests.Enrollment;

public sealed class AgentEnrollmentTests : IDisposable
{
    private static readonly ServerAddress s_server = ServerAddress.Parse("server.example:10680");
    private readonly TempFolder _folder = new();
    private readonly TestAuthority _authority = new();
    private readonly ScriptedDoor _door;
    private readonly CredentialFile _credential;

    public AgentEnrollmentTests()
    {
        _door = new ScriptedDoor(_authority);
        _credential = new CredentialFile(Home, new FileRightsProtection());
    }

    private AgentHome Home => new(_folder.Path);

    private AgentEnrollment Enrollment => new(_door, Home, _credential);

    [Fact]
    public async Task The_machine_makes_its_own_key_and_keeps_what_the_server_signed()
    {
        EnrolledAgent? enrolled = await Enrollment.EnrollAsync(s_server, Token(_authority), "pc-17", TestContext.Current.CancellationToken);
        using AgentCredential credential = _credential.Read();
        Assert.Equal(enrolled!.AgentId.ToString(), credential.AgentId);
        Assert.Equal(("server.example:10680", "pc-17"), (AgentSettingsFile.Read(Home).Server, AgentSettingsFile.Read(Home).Name));
        Assert.Equal("pc-17", _door.Enrolled!.Name);

        // The request is proved by its own signature, and its key is one that servers take.
        var request = CertificateRequest.LoadSigningRequest(_door.Enrolled.CertificateRequest, HashAlgorithmName.SHA256);
        using ECDsa? key = request.PublicKey.GetECDsaPublicKey();
        Assert.Equal(256, key!.KeySize);
    }

    [Fact]
    public async Task Another_time_nothing_is_sent_and_no_token_needed()
    {
        await Enrollment.EnrollAsync(s_server, Token(_authority), "pc-17", TestContext.Current.CancellationToken);
        byte[] before = File.ReadAllBytes(Home.CredentialFile);
        _door.Refusal = new HandyBackupException(ErrorCode.EnrollmentRefused, "used up");
        Assert.Null(await Enrollment.EnrollAsync(s_server, null, "pc-17", TestContext.Current.CancellationToken));
        Assert.Equal(before, File.ReadAllBytes(Home.CredentialFile));
    }

    [Fact]
    public async Task An_agent_of_one_server_is_not_given_to_another_by_mistake()
    {
        await Enrollment.EnrollAsync(s_server, Token(_authority), "pc-17", TestContext.Current.CancellationToken);
        HandyBackupException exception = await Assert.ThrowsAsync<HandyBackupException>(
            () => Enrollment.EnrollAsync(ServerAddress.Parse("other.example:10680"), Token(_authority), "pc-17", TestContext.Current.CancellationToken));
        Assert.Equal(ErrorCode.AgentEnrolledElsewhere, exception.Code);
        Assert.Contains("uninstall", exception.Advice, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_the_server_refuses_leaves_nothing_behind()
    {
        _door.Refusal = new HandyBackupException(ErrorCode.EnrollmentRefused, "The token is not accepted.") { Advice = "Ask for another." };
        HandyBackupException exception = await Assert.ThrowsAsync<HandyBackupException>(
            () => Enrollment.EnrollAsync(s_server, Token(_authority), "pc-17", TestContext.Current.CancellationToken));
        Assert.Equal((ErrorCode.EnrollmentRefused, "Ask for another."), (exception.Code, exception.Advice));
        Assert.Empty(Directory.GetFileSystemEntries(_folder.Path));
    }

    [Theory]
    [InlineData(ErrorCode.ConnectionLost)]
    [InlineData(ErrorCode.TimedOut)]
    public async Task A_lost_answer_is_asked_for_again_with_the_same_key(ErrorCode lost)
    {
        _door.Refusal = new HandyBackupException(lost, "gone");
        await Assert.ThrowsAsync<HandyBackupException>(() => EnrollAsync());
        byte[] asked = KeyOf(_door.Enrolled!);
        Assert.False(_credential.Exists);

        _door.Refusal = null;
        await EnrollAsync();

        Assert.Equal(asked, KeyOf(_door.Enrolled!));
        using AgentCredential credential = _credential.Read();
        Assert.Equal(asked, credential.Certificate.PublicKey.ExportSubjectPublicKeyInfo());
        Assert.False(File.Exists(Home.EnrollmentKeyFile));
    }

    [Fact]
    public async Task A_refusal_afterwards_does_not_lose_the_key_to_what_was_granted()
    {
        _door.Refusal = new HandyBackupException(ErrorCode.ConnectionLost, "gone");
        await Assert.ThrowsAsync<HandyBackupException>(() => EnrollAsync());
        byte[] asked = KeyOf(_door.Enrolled!);
        _door.Refusal = new HandyBackupException(ErrorCode.EnrollmentRefused, "That was the wrong token.");
        await Assert.ThrowsAsync<HandyBackupException>(() => EnrollAsync());

        _door.Refusal = null;
        await EnrollAsync();

        Assert.Equal(asked, KeyOf(_door.Enrolled!));
    }

    [Fact]
    public async Task A_kept_key_is_closed_to_others_and_a_damaged_one_is_replaced()
    {
        _door.Refusal = new HandyBackupException(ErrorCode.ConnectionLost, "gone");
        await Assert.ThrowsAsync<HandyBackupException>(() => EnrollAsync());
        byte[] asked = KeyOf(_door.Enrolled!);
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Home.EnrollmentKeyFile));
        }

        File.WriteAllText(Home.EnrollmentKeyFile, "no key");
        _door.Refusal = null;
        await EnrollAsync();

        Assert.NotEqual(asked, KeyOf(_door.Enrolled!));
        Assert.True(_credential.Exists);
    }

    [Fact]
    public async Task A_server_with_another_authority_than_the_tokens_is_refused()
    {
        using var other = new TestAuthority();
        HandyBackupException exception = await Assert.ThrowsAsync<HandyBackupException>(
            () => Enrollment.EnrollAsync(s_server, Token(other), "pc-17", TestContext.Current.CancellationToken));
        Assert.Equal(ErrorCode.EnrollmentServerMismatch, exception.Code);
        Assert.False(_credential.Exists);
    }

    [Fact]
    public async Task Without_a_token_it_is_said_where_one_comes_from()
    {
        HandyBackupException exception = await Assert.ThrowsAsync<HandyBackupException>(
            () => Enrollment.EnrollAsync(s_server, null, "pc-17", TestContext.Current.CancellationToken));
        Assert.Equal(ErrorCode.EnrollmentTokenInvalid, exception.Code);
        Assert.Contains("New-HBEnrollmentToken", exception.Advice, StringComparison.Ordinal);
    }

    [Fact]
    public void Tokens_come_from_a_file_or_standard_input_and_never_show()
    {
        File.WriteAllText(_folder.Combine("token"), "HB1-FROM-FILE\n");
        Assert.Equal("HB1-FROM-FILE", TokenInput.Find(null, _folder.Combine("token"), TextReader.Null)!.Value);
        Assert.Equal("HB1-FROM-INPUT", TokenInput.Find(null, "-", new StringReader("HB1-FROM-INPUT\r\n"))!.Value);
        Assert.Equal("HB1-GIVEN", TokenInput.Find("HB1-GIVEN", _folder.Combine("token"), TextReader.Null)!.Value);
        Assert.Equal("***", TokenInput.Find("HB1-GIVEN", null, TextReader.Null)!.ToString());
        Assert.Equal(ErrorCode.InvalidArgument, Assert.Throws<HandyBackupException>(() => TokenInput.Find(null, _folder.Combine("missing"), TextReader.Null)).Code);
        Assert.Null(TokenInput.Find(null, "-", new StringReader("  \n")));
    }

    public void Dispose()
    {
        _authority.Dispose();
        _folder.Dispose();
    }

    private Task<EnrolledAgent?> EnrollAsync() => Enrollment.EnrollAsync(s_server, Token(_authority), "pc-17", TestContext.Current.CancellationToken);

    private static byte[] KeyOf(EnrollAgentRequest request) =>
        CertificateRequest.LoadSigningRequest(request.CertificateRequest, HashAlgorithmName.SHA256).PublicKey.ExportSubjectPublicKeyInfo();

    private static Secret Token(TestAuthority authority) =>
        new EnrollmentTokenText(new byte[EnrollmentTokenText.IdSize], new byte[EnrollmentTokenText.SecretSize], EnrollmentTokenText.FingerprintOf(authority.Certificate)).Format();
}
