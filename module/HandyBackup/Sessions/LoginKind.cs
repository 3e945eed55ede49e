namespace HandyBackup.Module;

/// <summary>By what a session has shown who it is.</summary>
public enum LoginKind
{
    /// <summary>The server is on this machine, and trusts the account.</summary>
    Local,

    /// <summary>A user's name and password, with a one-time code if the account needs one.</summary>
    Password,

    /// <summary>An API token.</summary>
    Token,

    /// <summary>A user's certificate.</summary>
    Certificate,
}
