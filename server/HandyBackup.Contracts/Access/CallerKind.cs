namespace HandyBackup.Contracts;

/// <summary>What sort of caller somebody is.</summary>
public enum CallerKind
{
    /// <summary>Somebody who came over the network and has not logged in.</summary>
    Nobody,

    /// <summary>Somebody whom the server's machine let use the local endpoint.</summary>
    LocalAdministrator,

    /// <summary>A user.</summary>
    User,

    /// <summary>A script with an API token.</summary>
    ApiToken,

    /// <summary>An agent on another machine. It calls nothing that a panel can; the audit log tells what it was refused.</summary>
    Agent,
}
