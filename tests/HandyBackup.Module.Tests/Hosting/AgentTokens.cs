using System.Security;
using System.Security.Cryptography;
using HandyBackup.Contracts;

namespace HandyBackup.Module.Tests.Hosting;

/// <summary>Enrolment tokens for tests, of one server.</summary>
internal static class AgentTokens
{
    private static readonly byte[] s_authority = RandomNumberGenerator.GetBytes(Sha256Hash.Size);

    private static readonly EnrollmentTokenText s_text = new(
        RandomNumberGenerator.GetBytes(EnrollmentTokenText.IdSize), RandomNumberGenerator.GetBytes(EnrollmentTokenText.SecretSize), s_authority.AsSpan(0, EnrollmentTokenText.FingerprintSize));

    /// <summary>The token's text.</summary>
    public static string Text { get; } = s_text.Format().Value;

    /// <summary>The token's id.</summary>
    public static string Id => s_text.Id;

    /// <summary>The fingerprint of its server.</summary>
    public static string Fingerprint { get; } = new Sha256Hash(s_authority).ToString();

    /// <summary>What a server answers that makes it.</summary>
    public static NewEnrollmentToken New { get; } = new() { Info = Samples.Token(Id), Token = s_text.Format() };

    /// <summary>The text as a parameter takes it.</summary>
    public static SecureString Secure
    {
        get
        {
            var secure = new SecureString();
            foreach (char character in Text)
            {
                secure.AppendChar(character);
            }

            return secure;
        }
    }
}
