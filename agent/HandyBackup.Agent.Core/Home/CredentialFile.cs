using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using HandyBackup.Contracts;

namespace HandyBackup.Agent.Core.Home;

/// <summary>
/// Key, certificate and certification authority in one PEM file, so that a renewal replaces all of them or nothing. One caller at a time.
/// </summary>
/// <param name="home">The data folder that it lies in.</param>
/// <param name="protection">How the key is kept.</param>
public sealed class CredentialFile(AgentHome home, IKeyProtection protection)
{
    private const string CertificateLabel = "CERTIFICATE";

    /// <summary>How keys are kept on this system.</summary>
    public static IKeyProtection SystemProtection => OperatingSystem.IsWindows() ? new DpapiProtection() : new FileRightsProtection();

    /// <summary>How the key is kept.</summary>
    internal IKeyProtection Protection { get; } = protection;

    /// <summary>True if this machine was made an agent.</summary>
    public bool Exists => File.Exists(home.CredentialFile);

    /// <summary>Reads the credential.</summary>
    /// <exception cref="HandyBackupException">
    /// <see cref="ErrorCode.AgentNotEnrolled"/>, <see cref="ErrorCode.AgentCredentialDamaged"/> or <see cref="ErrorCode.AgentHomeUnusable"/>.
    /// </exception>
    public AgentCredential Read()
    {
        byte[]? content = ReadContent();
        if (content is null)
        {
            throw new HandyBackupException(ErrorCode.AgentNotEnrolled, "This machine has not been made an agent of a server yet.")
            {
                Target = home.Path,
                Advice = "Make a token with New-HBEnrollmentToken and run 'hb-agent install --server <host:port> --token-file <file>'.",
            };
        }

        try
        {
            return Parse(Encoding.ASCII.GetString(content));
        }
        catch (Exception exception) when (exception is CryptographicException or ArgumentException or FormatException)
        {
            throw new HandyBackupException(ErrorCode.AgentCredentialDamaged, $"The agent's credential '{home.CredentialFile}' cannot be used: {exception.Message}", exception)
            {
                Target = home.CredentialFile,
                Advice = "If the file is lost or comes from another machine, remove the agent from the server and enrol it again with 'hb-agent install'.",
            };
        }
        finally
        {
            CryptographicOperations.ZeroMemory(content);
        }
    }

    /// <summary>Replaces the credential, or makes it.</summary>
    /// <param name="key">The agent's key.</param>
    /// <param name="certificate">The agent's certificate in DER.</param>
    /// <param name="authority">The certificate of the server's certification authority in DER.</param>
    /// <exception cref="HandyBackupException">
    /// <see cref="ErrorCode.AgentCredentialDamaged"/> if the certificate is not one for this key; <see cref="ErrorCode.AgentHomeUnusable"/>.
    /// </exception>
    public void Write(ECDsa key, byte[] certificate, byte[] authority)
    {
        VerifyMatch(key, certificate);
        byte[] plain = key.ExportPkcs8PrivateKey();
        var text = new StringBuilder();
        text.Append(PemEncoding.WriteString(Protection.PemLabel, Protection.Protect(plain))).Append('\n');
        text.Append(PemEncoding.WriteString(CertificateLabel, certificate)).Append('\n');
        text.Append(PemEncoding.WriteString(CertificateLabel, authority)).Append('\n');
        byte[] content = Encoding.ASCII.GetBytes(text.ToString());
        try
        {
            DurableFile.Write(home.CredentialFile, content);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw home.Unusable(exception.Message, exception);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(plain);
            CryptographicOperations.ZeroMemory(content);
        }
    }

    private byte[]? ReadContent()
    {
        try
        {
            return DurableFile.Read(home.CredentialFile);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw home.Unusable(exception.Message, exception);
        }
    }

    private AgentCredential Parse(string text)
    {
        byte[] key = Block(ref text, Protection.PemLabel);
        byte[] plain = Protection.Unprotect(key);
        byte[] certificate = Block(ref text, CertificateLabel);
        byte[] authority = Block(ref text, CertificateLabel);
        using var loaded = ECDsa.Create();
        try
        {
            loaded.ImportPkcs8PrivateKey(plain, out _);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(plain);
        }

        using X509Certificate2 publicPart = X509CertificateLoader.LoadCertificate(certificate);
        return new AgentCredential(ForTls(publicPart.CopyWithPrivateKey(loaded)), X509CertificateLoader.LoadCertificate(authority));
    }

    // The TLS of Windows takes no key that lives in the process only: it is put into the machine's key store until the certificate is disposed of.
    private static X509Certificate2 ForTls(X509Certificate2 certificate)
    {
        if (!OperatingSystem.IsWindows())
        {
            return certificate;
        }

        using (certificate)
        {
            return X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pkcs12), null, X509KeyStorageFlags.MachineKeySet);
        }
    }

    private static byte[] Block(ref string text, string label)
    {
        PemFields fields = PemEncoding.Find(text);
        if (text[fields.Label] != label)
        {
            throw new CryptographicException($"a block '{label}' was expected where '{text[fields.Label]}' is.");
        }

        byte[] content = Convert.FromBase64String(text[fields.Base64Data]);
        text = text[fields.Location.End..];
        return content;
    }

    private void VerifyMatch(ECDsa key, byte[] certificate)
    {
        try
        {
            using X509Certificate2 read = X509CertificateLoader.LoadCertificate(certificate);
            if (read.PublicKey.ExportSubjectPublicKeyInfo().AsSpan().SequenceEqual(key.ExportSubjectPublicKeyInfo()))
            {
                return;
            }
        }
        catch (CryptographicException)
        {
            // No certificate at all: it cannot be one for this key either.
        }

        throw new HandyBackupException(ErrorCode.AgentCredentialDamaged, "The server answered with something that is no certificate for the agent's key.")
        {
            Target = home.CredentialFile,
            Advice = "Update the server, or ask its administrator.",
        };
    }
}
