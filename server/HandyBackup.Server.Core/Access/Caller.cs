using HandyBackup.Catalog;
using HandyBackup.Contracts;

namespace HandyBackup.Server.Core;

/// <summary>Who calls, and what was granted, at the moment of one call. Immutable.</summary>
/// <param name="Kind">What sort of caller it is.</param>
/// <param name="Name">The name to be shown; empty for nobody.</param>
/// <param name="Account">The account; null for nobody and for the local administrator.</param>
/// <param name="Grants">What the account was granted.</param>
internal sealed record Caller(CallerKind Kind, string Name, AccountReference? Account, IReadOnlyList<GrantRecord> Grants)
{
    /// <summary>Somebody who has not logged in.</summary>
    public static Caller Nobody { get; } = new(CallerKind.Nobody, "", null, []);

    /// <summary>Whoever uses the local endpoint.</summary>
    /// <param name="account">How the machine knows the account.</param>
    public static Caller LocalAdministrator(string account) => new(CallerKind.LocalAdministrator, account, null, []);

    /// <summary>An agent on another machine, as the audit log names it.</summary>
    /// <param name="name">The agent's name.</param>
    public static Caller Agent(string name) => new(CallerKind.Agent, name, null, []);

    /// <summary>True if the caller has the permission for something at least.</summary>
    public bool May(Permission permission) => Kind == CallerKind.LocalAdministrator || Grants.Any(grant => grant.Role.Includes(permission));

    /// <summary>True if the caller has the permission for everything.</summary>
    public bool MayEverywhere(Permission permission) =>
        Kind == CallerKind.LocalAdministrator || Grants.Any(grant => grant.Role.Includes(permission) && !grant.IsNarrowed());
}
