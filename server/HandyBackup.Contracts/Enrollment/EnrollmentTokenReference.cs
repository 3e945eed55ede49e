namespace HandyBackup.Contracts;

/// <summary>A token by its id.</summary>
/// <param name="Id">The id: 16 hexadecimal digits, of either case.</param>
public sealed record EnrollmentTokenReference(string Id);
