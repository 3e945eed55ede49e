namespace HandyBackup.Contracts;

/// <summary>One extended attribute of an item. POSIX ACLs travel as <c>system.posix_acl_access</c> and <c>…_default</c>.</summary>
/// <param name="Name">The full name with its namespace, such as <c>user.comment</c>.</param>
/// <param name="Value">The raw value; null if the tree says null, which is not the same as empty.</param>
public sealed record ExtendedAttribute(string Name, byte[]? Value);
