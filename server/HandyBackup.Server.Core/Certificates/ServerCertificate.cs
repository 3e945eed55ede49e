using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using HandyBackup.Contracts;

namespace HandyBackup.Server.Core;

/// <summary>
/// The certificate with which this server proves who it is. Its key lives in this process only: whoever trusts the authority needs no certain key, so each start
/// makes another, and nothing can be stolen from a file. Safe to share between threads.
/// </summary>
internal sealed class ServerCertificate : IDisposable
{
    private readonly Lock _renewing = new();
    private readonly CertificateAuthority _authority;
    private readonly X509Extension _names;
    private readonly TimeProvider _time;
    // Handshakes may still use an older one, so all live as long as this object: one more in eight months.
    private readonly List<X509Certificate2> _issued = [];
    private bool _isDisposed;

    /// <summary>Touches nothing yet.</summary>
    /// <param name="authority">Signs it.</param>
    /// <param name="names">Names and addresses under which the server may be reached; localhost and the loopback addresses are added.</param>
    /// <param name="time">The clock.</param>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.InvalidArgument"/> if a name cannot stand in a certificate.</exception>
    public ServerCertificate(CertificateAuthority authority, IReadOnlyList<string> names, TimeProvider time)
    {
        _authority = authority;
        _names = ServerNames.ToExtension(names);
        _time = time;
    }

    /// <summary>
    /// The certificate with its key, for a handshake that begins now: made at the first call, and anew when a third of its life is left. Not to be disposed by
    /// the caller; good until this object is disposed.
    /// </summary>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.CertificateAuthorityExpired"/>.</exception>
    public X509Certificate2 Current
    {
        get
        {
            lock (_renewing)
            {
                ObjectDisposedException.ThrowIf(_isDisposed, this);
                if (_issued.Count == 0 || IsDue(_issued[^1]))
                {
                    _issued.Add(Issue());
                }

                return _issued[^1];
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_renewing)
        {
            _isDisposed = true;
            foreach (X509Certificate2 certificate in _issued)
            {
                certificate.Dispose();
            }

            _issued.Clear();
        }
    }

    // A clock that was set back makes a certificate of the future: that one is no good either.
    private bool IsDue(X509Certificate2 certificate)
    {
        DateTimeOffset now = _time.GetUtcNow();
        return now >= certificate.NotAfter - (CertificateAuthority.Lifetime / 3) || now < certificate.NotBefore;
    }

    private X509Certificate2 Issue()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=Handy Backup server", key, HashAlgorithmName.SHA256);
        CertificateUse.Limit(request, CertificateUse.Server);
        request.CertificateExtensions.Add(_names);
        using X509Certificate2 signed = _authority.Sign(request);
        X509Certificate2 withKey = signed.CopyWithPrivateKey(key);
        if (!OperatingSystem.IsWindows())
        {
            return withKey;
        }

        // Windows' TLS takes keys from its key store only (dotnet/runtime issue 23749); what is imported so is deleted with the object.
        byte[] pfx = withKey.Export(X509ContentType.Pfx);
        withKey.Dispose();
        X509Certificate2 stored = X509CertificateLoader.LoadPkcs12(pfx, null);
        CryptographicOperations.ZeroMemory(pfx);
        return stored;
    }
}
