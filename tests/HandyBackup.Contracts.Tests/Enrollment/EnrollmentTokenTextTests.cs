using System.Security.Cryptography;

namespace HandyBackup.Contracts.Tests;

public sealed class EnrollmentTokenTextTests
{
    // Python: base64.b32encode(bytes(range(40)))
    private const string Known = "HB1-AAAQEAYE-AUDAOCAJ-BIFQYDIO-B4IBCEQT-CQKRMFYY-DENBWHA5-DYPSAIJC-EMSCKJRH";

    private static readonly byte[] s_bytes = [.. Enumerable.Range(0, 40).Select(i => (byte)i)];

    [Fact]
    public void Text_is_what_the_design_says()
    {
        var token = new EnrollmentTokenText(s_bytes.AsSpan(0, 8), s_bytes.AsSpan(8, 16), s_bytes.AsSpan(24, 16));

        Assert.Equal(Known, token.Format().Value);
        Assert.Equal("0001020304050607", token.Id);
        Assert.Equal(("***", "***"), (token.ToString(), token.Format().ToString()));
    }

    [Theory]
    [InlineData(Known)]
    [InlineData("hb1aaaqeayeaudaocajbifqydiob4ibceqtcqkrmfyydenbwha5dypsaijcemsckjrh")]
    [InlineData("  H-B-1 AAAQEAYE AUDAOCAJ\tBIFQYDIO B4IBCEQT\r\nCQKRMFYY DENBWHA5 DYPSAIJC EMSCKJRH--\n")]
    public void Case_hyphens_and_white_space_mean_nothing(string text)
    {
        EnrollmentTokenText token = EnrollmentTokenText.Parse(text);

        Assert.Equal("0001020304050607", token.Id);
        Assert.Equal(s_bytes[8..24], token.Secret.ToArray());
        Assert.Equal(s_bytes[24..], token.Fingerprint.ToArray());
    }

    [Theory]
    [InlineData(null, "empty")]
    [InlineData(" - ", "empty")]
    [InlineData("hello", "begin with HB1-")]
    [InlineData("HB2-AAAQEAYEAUDAOCAJBIFQYDIOB4IBCEQTCQKRMFYYDENBWHA5DYPSAIJCEMSCKJRH", "begin with HB1-")]
    [InlineData("HB1", "0 characters and not 64")]
    [InlineData(Known + "A", "65 characters and not 64")]
    [InlineData("HB1-AAAQEAYE-AUDAOCAJ-BIFQYDIO-B4IBCEQT-CQKRMFYY-DENBWHA5-DYPSAIJC-EMSCKJR", "63 characters and not 64")]
    [InlineData("HB1-0AAQEAYE-AUDAOCAJ-BIFQYDIO-B4IBCEQT-CQKRMFYY-DENBWHA5-DYPSAIJC-EMSCKJRH", "neither a letter")]
    [InlineData("HB1-ÄAAQEAYE-AUDAOCAJ-BIFQYDIO-B4IBCEQT-CQKRMFYY-DENBWHA5-DYPSAIJC-EMSCKJRH", "neither a letter")]
    public void What_is_no_token_is_refused_with_the_reason(string? text, string reason)
    {
        HandyBackupException exception = Assert.Throws<HandyBackupException>(() => EnrollmentTokenText.Parse(text));

        Assert.Equal(ErrorCode.EnrollmentTokenInvalid, exception.Code);
        Assert.Contains(reason, exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("YEAUDAOCAJ", exception.ToString().Replace("-", "", StringComparison.Ordinal), StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void Every_altered_digit_is_another_token()
    {
        const string Digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
        for (int i = 4; i < Known.Length; i++)
        {
            if (Known[i] == '-')
            {
                continue;
            }

            foreach (char digit in Digits.Where(digit => digit != Known[i]))
            {
                EnrollmentTokenText altered = EnrollmentTokenText.Parse(Known[..i] + digit + Known[(i + 1)..]);
                Assert.NotEqual(Known, altered.Format().Value);
            }
        }
    }

    [Fact]
    public void Token_promises_one_certificate()
    {
        byte[] certificate = RandomNumberGenerator.GetBytes(500);
        byte[] other = [.. certificate];
        other[77] ^= 1;
        var token = new EnrollmentTokenText(s_bytes.AsSpan(0, 8), s_bytes.AsSpan(8, 16), SHA256.HashData(certificate).AsSpan(0, 16));

        Assert.True(token.Promises(certificate));
        Assert.False(token.Promises(other));
    }

    [Fact]
    public void Parts_of_another_size_are_refused() =>
        Assert.Throws<ArgumentException>(() => new EnrollmentTokenText(s_bytes.AsSpan(0, 7), s_bytes.AsSpan(8, 16), s_bytes.AsSpan(24, 16)));
}
