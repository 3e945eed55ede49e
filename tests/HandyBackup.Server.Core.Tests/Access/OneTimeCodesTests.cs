using System.Text;
using OtpNet;

namespace HandyBackup.Server.Core.Tests;

public sealed class OneTimeCodesTests
{
    private static readonly byte[] s_secret = Encoding.ASCII.GetBytes("12345678901234567890");

    // RFC 6238, appendix B, SHA-1: the last six of its eight digits.
    [Theory]
    [InlineData(59, "287082")]
    [InlineData(1111111109, "081804")]
    [InlineData(1111111111, "050471")]
    [InlineData(1234567890, "005924")]
    [InlineData(2000000000, "279037")]
    [InlineData(20000000000, "353130")]
    public void Codes_are_those_of_the_RFC(long seconds, string code) =>
        Assert.Equal(seconds / 30, OneTimeCodes.FindStep(s_secret, code, DateTimeOffset.FromUnixTimeSeconds(seconds)));

    [Theory]
    [InlineData(-31, true)]
    [InlineData(30, true)]
    [InlineData(-61, false)]
    [InlineData(60, false)]
    public void One_step_to_either_side_is_let_pass(int seconds, bool isFound)
    {
        DateTimeOffset now = DateTimeOffset.FromUnixTimeSeconds(1111111110);
        string code = new Totp(s_secret).ComputeTotp(now.UtcDateTime);

        Assert.Equal(isFound, OneTimeCodes.FindStep(s_secret, code, now.AddSeconds(-seconds)) is not null);
    }

    [Theory]
    [InlineData("")]
    [InlineData("28708")]
    [InlineData("2870820")]
    [InlineData("٢٨٧٠٨٢")]
    public void What_is_no_code_is_none(string code) => Assert.Null(OneTimeCodes.FindStep(s_secret, code, DateTimeOffset.FromUnixTimeSeconds(59)));

    [Fact]
    public void Device_is_given_the_secret_as_authenticators_read_it()
    {
        Contracts.OneTimeCodeSecret secret = OneTimeCodes.Describe(s_secret, "anna maria", "box");

        Assert.Equal("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", secret.Secret.Value);
        Assert.Equal("otpauth://totp/Handy%20Backup%20box%3Aanna%20maria?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Handy%20Backup%20box", secret.Uri.Value);
    }
}
