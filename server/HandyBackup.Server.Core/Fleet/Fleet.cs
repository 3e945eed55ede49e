using HandyBackup.Catalog;
using HandyBackup.Contracts;
using Microsoft.Extensions.Logging;

namespace HandyBackup.Server.Core;

/// <summary>
/// What a server needs to have agents on other machines, from the first time that somebody asks for it: a server of one machine never makes an authority. Safe to
/// share between threads.
/// </summary>
internal sealed class Fleet(ICatalog catalog, SecretSealer sealer, AgentDirectory agents, IReadOnlyList<string> names, TimeProvider time, ILogger logger) : IDisposable
{
    private readonly TurnTaking _opening = new();
    private FleetParts? _parts;

    /// <summary>The parts; the authority is made if there is none yet.</summary>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.ServerKeyUnusable"/> or <see cref="ErrorCode.CatalogDamaged"/> if there is one that cannot be opened;
    /// <see cref="ErrorCode.InvalidArgument"/> for a name that no certificate can hold.</exception>
    public async Task<FleetParts> OpenAsync(CancellationToken cancellationToken)
    {
        using IDisposable turn = await _opening.WaitAsync(cancellationToken);
        return _parts ??= await OpenPartsAsync(cancellationToken);
    }

    /// <summary>The parts if there is an authority already; null, and none is made, if not.</summary>
    /// <exception cref="HandyBackupException">See <see cref="OpenAsync"/>.</exception>
    public async Task<FleetParts?> OpenIfMadeAsync(CancellationToken cancellationToken) =>
        await catalog.Settings.FindAsync(CertificateAuthority.Setting, cancellationToken) is null ? null : await OpenAsync(cancellationToken);

    /// <inheritdoc/>
    public void Dispose()
    {
        _parts?.ServerCertificate.Dispose();
        _parts?.Authority.Dispose();
    }

    private async Task<FleetParts> OpenPartsAsync(CancellationToken cancellationToken)
    {
        CertificateAuthority authority = await CertificateAuthority.OpenAsync(catalog, sealer, time, cancellationToken);
        try
        {
            IReadOnlyList<string> own = await ServerNames.OfMachineAsync(cancellationToken);
            var tokens = new EnrollmentTokens(catalog, agents, authority, time, logger);
            return new FleetParts(
                authority,
                new ServerCertificate(authority, [.. own, .. names], time),
                new AgentCertificateCheck(authority, catalog, time),
                tokens,
                new AgentEnrollment(
                    catalog,
                    tokens,
                    new AgentCertificates(authority),
                    authority,
                    new AddressDelays(time),
                    agents.CutOff,
                    new AuditTrail(catalog, new AuditChain(sealer), time),
                    time,
                    logger));
        }
        catch
        {
            authority.Dispose();
            throw;
        }
    }
}
