using System.Security.Cryptography;
using System.Text;

namespace HandyBackup.Contracts;

/// <summary>
/// What is inside an enrolment token, and the text that people hand on: <c>HB1-</c> and base32 of id (8 bytes), secret (16 bytes) and the first 16 bytes of
/// the SHA-256 of the certificate of the server's certification authority. The server makes it; the agent reads it to know its server before it sends anything
/// secret. Immutable; safe to share between threads.
/// </summary>
public sealed class EnrollmentTokenText
{
    /// <summary>The number of bytes of an id.</summary>
    public const int IdSize = 8;

    /// <summary>The number of bytes of a secret.</summary>
    public const int SecretSize = 16;

    /// <summary>The number of bytes of a fingerprint.</summary>
    public const int FingerprintSize = 16;

    private const string Prefix = "HB1";
    private const int Size = IdSize + SecretSize + FingerprintSize;

    // Hyphens make the text readable and mean nothing: 8 digits can be compared at a glance.
    private const int DigitsBetweenHyphens = 8;

    private readonly byte[] _content;

    /// <summary>Takes over the parts of a token.</summary>
    /// <exception cref="ArgumentException">A part has another size than it must have.</exception>
    public EnrollmentTokenText(ReadOnlySpan<byte> id, ReadOnlySpan<byte> secret, ReadOnlySpan<byte> fingerprint)
        : this(Join(id, secret, fingerprint))
    {
    }

    private EnrollmentTokenText(byte[] content) => _content = content;

    /// <summary>The id as it is shown: 16 lower-case hexadecimal digits.</summary>
    public string Id
    {
        get
        {
            var text = new StringBuilder(IdSize * 2);
            foreach (byte value in _content.AsSpan(0, IdSize))
            {
                text.Append("0123456789abcdef"[value >> 4]).Append("0123456789abcdef"[value & 15]);
            }

            return text.ToString();
        }
    }

    /// <summary>The secret: never to be shown, logged or saved.</summary>
    public ReadOnlySpan<byte> Secret => _content.AsSpan(IdSize, SecretSize);

    /// <summary>The first bytes of the SHA-256 of the certificate that the server must show.</summary>
    public ReadOnlySpan<byte> Fingerprint => _content.AsSpan(IdSize + SecretSize, FingerprintSize);

    /// <summary>The fingerprint of a certificate.</summary>
    /// <param name="certificate">The certificate in DER.</param>
    public static byte[] FingerprintOf(byte[] certificate)
    {
#if NET
        byte[] hash = SHA256.HashData(certificate);
#else
        using var algorithm = SHA256.Create();
        byte[] hash = algorithm.ComputeHash(certificate);
#endif
        return hash.AsSpan(0, FingerprintSize).ToArray();
    }

    /// <summary>Reads a token, of either case; hyphens and white space mean nothing.</summary>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.EnrollmentTokenInvalid"/>; its text says what is wrong and holds nothing of the token.</exception>
    public static EnrollmentTokenText Parse(string? text)
    {
        string digits = WithoutSeparators(text ?? "");
        if (!digits.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase))
        {
            throw Invalid(digits.Length == 0 ? "it is empty" : $"it does not begin with {Prefix}-");
        }

        int expected = Base32.DigitCount(Size);
        int found = digits.Length - Prefix.Length;
        if (found != expected)
        {
            throw Invalid($"after {Prefix}- it has {found} characters and not {expected}, hyphens and spaces not counted");
        }

        byte[] content = new byte[Size];
        return Base32.TryDecode(digits.AsSpan(Prefix.Length), content)
            ? new EnrollmentTokenText(content)
            : throw Invalid($"after {Prefix}- it has a character that is neither a letter from A to Z nor a digit from 2 to 7");
    }

    /// <summary>True if a certificate is the one that the token promises.</summary>
    /// <param name="certificate">The certificate of the server's certification authority in DER.</param>
    public bool Promises(byte[] certificate) => Fingerprint.SequenceEqual(FingerprintOf(certificate));

    /// <summary>The text to hand on, in groups of eight characters.</summary>
    public Secret Format()
    {
        string digits = Base32.Encode(_content);
        var text = new StringBuilder(Prefix, Prefix.Length + (digits.Length / DigitsBetweenHyphens * (DigitsBetweenHyphens + 1)));
        for (int i = 0; i < digits.Length; i += DigitsBetweenHyphens)
        {
            text.Append('-').Append(digits, i, DigitsBetweenHyphens);
        }

        return new Secret { Value = text.ToString() };
    }

    /// <summary>Never the token.</summary>
    public override string ToString() => "***";

    private static byte[] Join(ReadOnlySpan<byte> id, ReadOnlySpan<byte> secret, ReadOnlySpan<byte> fingerprint)
    {
        if (id.Length != IdSize || secret.Length != SecretSize || fingerprint.Length != FingerprintSize)
        {
            throw new ArgumentException("A part of the token has another size than it must have.");
        }

        byte[] content = new byte[Size];
        id.CopyTo(content);
        secret.CopyTo(content.AsSpan(IdSize));
        fingerprint.CopyTo(content.AsSpan(IdSize + SecretSize));
        return content;
    }

    private static string WithoutSeparators(string text)
    {
        var rest = new StringBuilder(text.Length);
        foreach (char character in text)
        {
            if (character != '-' && !char.IsWhiteSpace(character))
            {
                rest.Append(character);
            }
        }

        return rest.ToString();
    }

    private static HandyBackupException Invalid(string reason) =>
        new(ErrorCode.EnrollmentTokenInvalid, $"This is no enrolment token: {reason}.") { Advice = "Copy the whole token as the server gave it." };
}
