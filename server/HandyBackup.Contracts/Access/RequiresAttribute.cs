namespace HandyBackup.Contracts;

/// <summary>Says which permission a method of a panel's contract needs. A method without it is refused to everybody.</summary>
/// <param name="permission">The permission.</param>
[AttributeUsage(AttributeTargets.Method)]
public sealed class RequiresAttribute(Permission permission) : Attribute
{
    /// <summary>The permission.</summary>
    public Permission Permission { get; } = permission;

    /// <summary>
    /// True if whoever has the permission for some things only may call the method: the service then judges the thing. False to let in only those who have it for everything.
    /// </summary>
    public bool Narrowable { get; init; }

    /// <summary>
    /// True if the audit log gets entries of the beginning and the end of a stream, as it does of calls, because the stream changes something or brings content out. A stream that merely lists has none.
    /// </summary>
    public bool Audited { get; init; }
}
