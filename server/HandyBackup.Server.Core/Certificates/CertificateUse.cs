using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace HandyBackup.Server.Core;

/// <summary>What a certificate that is no authority may be used for.</summary>
internal static class CertificateUse
{
    /// <summary>To prove to a client who a server is.</summary>
    public const string Server = "1.3.6.1.5.5.7.3.1";

    /// <summary>To prove to a server who a client is.</summary>
    public const string Client = "1.3.6.1.5.5.7.3.2";

    /// <summary>Adds to a request that its certificate may be used for one purpose only, and never to sign others.</summary>
    public static void Limit(CertificateRequest request, string purpose)
    {
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: false, hasPathLengthConstraint: false, pathLengthConstraint: 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, critical: true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(purpose)], critical: true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
    }

    /// <summary>True if a certificate names the purpose. One that names none could be used for any, and is ours in no case.</summary>
    public static bool Allows(X509Certificate2 certificate, string purpose) =>
        certificate.Extensions.OfType<X509EnhancedKeyUsageExtension>().Any(extension => extension.EnhancedKeyUsages.Cast<Oid>().Any(use => use.Value == purpose));
}
